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
}
DONE = {"created": ["a!1"], "updated": [], "unchanged": ["b!1"], "warnings": ["x.yaml:3: odd"]}


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
    ],
)
def test_a_list_tells_what_is_pending(server, run, states, text):
    server.on("GET /services", [ROW | {"states": states}])

    assert f"  {text}  " in run("service", "list").out


def test_a_list_for_programs_is_as_the_server_gives_it(server, run):
    server.on("GET /services", [ROW])

    assert run("service", "list", "--json").document == [ROW]


def test_blueprints_are_executed_and_told(server, run):
    server.on("POST /ays/repository/desk/blueprint/1%20a.yaml", DONE)
    words = ("blueprint", "execute", "1 a.yaml", "--repo", "desk")

    assert run(*words).out.splitlines() == [
        "created a!1",
        "unchanged b!1",
        "warning: x.yaml:3: odd",
    ]
    assert run(*words, "--json").document == DONE


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

    for line in ("  parent: node!a", "  uses: db!x", "  oncall = bob", "  install is ok"):
        assert f"\n{line}" in out


def test_a_state_is_set_by_hand(server, run):
    server.on("POST /services/desk/web%21main/state", {})
    words = ("web!main", "install", "disabled", "--repo", "desk")

    assert run("service", "state", *words).out == "web!main: install is disabled\n"
    assert server.asked[0].query == {"action": "install", "state": "disabled"}


@pytest.mark.parametrize("words", [("--repo", "desk"), ()])
def test_blueprints_are_listed(server, run, words):
    server.on("GET /status", {"repos": ["desk"]})
    server.on("GET /ays/repository/desk/blueprint", [{"name": "1_a.yaml", "enabled": True}])
    out = run("blueprint", *(["list", *words] if words else [])).out

    assert "1_a.yaml  " in out
