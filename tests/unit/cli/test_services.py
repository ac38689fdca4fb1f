import pytest

ROW = {
    "repo": "helpdesk",
    "key": "helpdesk!main",
    "role": "helpdesk",
    "instance": "main",
    "template": "helpdesk",
    "parent": "",
    "producers": {},
    "consumers": [],
    "subscriptions": {"email": ["notify", "escalate"]},
    "data": {"oncall": "bob"},
    "states": {},
    "given": [{"type": "eco", "action": "act", "where": "true", "source": "1_x.yaml"}],
}


@pytest.mark.parametrize("words", [(), ("list", "--repo", "helpdesk")])
def test_the_group_lists_who_listens_to_what(server, run, words):
    server.on("GET /services", [ROW])
    ended = run("service", *words)

    assert "helpdesk!main  new    email: notify, escalate  oncall=bob" in ended.out
    assert server.asked[0].query == ({"repo": "helpdesk"} if words else {})


@pytest.mark.parametrize(
    ("states", "text"),
    [
        ({"install": "ok", "stop": "changed", "monitor": "new"}, "ok"),
        (
            {"install": "changed", "monitor": "scheduled", "start": "ok"},
            "install changed, monitor scheduled",
        ),
        ({"install": "running", "go": "disabled"}, "go disabled, install running"),
        ({"install": "new", "monitor": "ok", "uninstall": "ok"}, "new"),
        ({"uninstall": "ok"}, "new"),
        ({"install": "ok", "stop": "ok"}, "ok"),
        ({"notify": "ok"}, "ok"),
    ],
)
def test_a_list_tells_what_is_pending(server, run, states, text):
    server.on("GET /services", [ROW | {"states": states}])

    assert f"  {text}  " in run("service", "list").out


def test_a_list_for_programs_is_as_the_server_gives_it(server, run):
    server.on("GET /services", [ROW])

    assert run("service", "list", "--json").document == [ROW]


def test_tree_shows_services_below_their_parents_with_what_they_use(server, run):
    def row(name, parent="", **producers):
        return ROW | {"key": name, "parent": parent, "producers": producers}

    rows = [
        row("app!a", "node!n", key=["key!k"]),
        row("key!k"),
        row("node!n"),
        row("x!y", "gone!z"),
    ]
    server.on("GET /services", rows)

    assert run("service", "tree").out.splitlines() == [
        "helpdesk",
        "  key!k",
        "  node!n",
        "    app!a  uses key!k",
        "  x!y",
    ]


def test_service_is_deleted(server, run):
    server.on("DELETE /services/desk/web%21main", b"", status=204)

    assert run("service", "delete", "web!main", "--repo", "desk").out == "deleted web!main\n"


def test_a_service_is_shown_with_all_about_it(server, run):
    more = {"parent": "node!a", "producers": {"db": ["db!x"]}, "states": {"install": "ok"}}
    server.on("GET /services/desk/helpdesk%21main", ROW | more)
    out = run("service", "show", "helpdesk!main", "--repo", "desk").out

    assert "\n  act on eco from blueprints/1_x.yaml: true\n" in out
    for line in ("  parent: node!a", "  uses: db!x", "  oncall = bob", "  install is ok"):
        assert f"\n{line}" in out


def test_a_state_is_set_by_hand(server, run):
    server.on("POST /services/desk/web%21main/state", {})
    words = ("web!main", "install", "disabled", "--repo", "desk")

    assert run("service", "state", *words).out == "web!main: install is disabled\n"
    assert server.asked[0].fields == {"action": "install", "state": "disabled"}


@pytest.mark.parametrize(
    ("words", "query"),
    [
        (("-r", "web"), {"repo": "desk", "role": "web"}),
        (("-i", "main"), {"repo": "desk", "instance": "main"}),
    ],
)
def test_a_list_may_be_of_one_role_or_instance(server, run, words, query):
    server.on("GET /services", [])

    assert run("service", "list", "--repo", "desk", *words).code == 0
    assert server.asked[0].query == query


TWO = [ROW | {"key": "node!a", "consumers": ["app!a"]}, ROW | {"key": "app!a"}]


def test_a_state_is_set_of_all_that_are_chosen(server, run):
    server.on("GET /services", TWO)
    for key in ("node", "app"):
        server.on(f"POST /services/desk/{key}%21a/state", {})
    words = ("service", "state", "install", "ok", "-i", "a", "--repo", "desk")

    assert run(*words).out.splitlines() == ["app!a: install is ok", "node!a: install is ok"]
    assert [one["service"] for one in run(*words, "--json").document] == ["app!a", "node!a"]


def test_chosen_services_are_deleted_consumers_first(server, run):
    server.on("GET /services", TWO)
    for key in ("node", "app"):
        server.on(f"DELETE /services/desk/{key}%21a", b"", status=204)
    words = ("service", "delete", "-i", "a", "--repo", "desk")

    refused = run(*words)
    assert (refused.code, refused.err) == (2, "--yes deletes these: app!a, node!a\n")
    assert run(*words, "--yes").out.splitlines() == ["deleted app!a", "deleted node!a"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("state web!main install", "write ROLE!INSTANCE ACTION STATE"),
        ("state install", "write ROLE!INSTANCE ACTION STATE"),
        ("state web!main install ok -r web", "write ROLE!INSTANCE ACTION STATE"),
        ("delete", "choose by --role"),
        ("delete web!main -r web", "choose by --role"),
    ],
)
def test_services_are_named_or_chosen_and_not_both(run, line, why):
    ended = run("service", *line.split(), "--repo", "desk", "--url", "http://127.0.0.1:1")

    assert (ended.code, why in ended.err) == (2, True)


@pytest.mark.parametrize("line", ["state install ok -r web", "delete -r web --yes"])
def test_a_choice_of_nobody_is_a_failure(server, run, line):
    server.on("GET /services", [])
    ended = run("service", *line.split(), "--repo", "desk")

    assert (ended.code, ended.err) == (1, "desk: there is no service web!INSTANCE\n")
