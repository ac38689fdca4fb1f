import pytest

ANN = {
    "name": "ann",
    "mail": "ann@there",
    "telegram": "",
    "telegram_id": 0,
    "role": "operate",
    "groups": ["ops"],
    "origin": "",
}


@pytest.mark.parametrize("words", [(), ("list",)])
def test_the_group_lists(server, run, words):
    server.on("GET /people", [ANN])

    assert "ann   ann@there            operate  ops" in run("people", *words).out


def test_a_person_is_shown(server, run):
    server.on("GET /people/ann", ANN)

    assert run("people", "show", "ann").out == (
        "ann\n  mail: ann@there\n  role: operate\n  groups: ops\n"
    )


def test_a_person_is_added(server, run):
    server.on("PUT /people/ann", ANN)
    words = ("--mail", "ann@there", "--role", "operate", "--group", "ops", "--group", "dev")

    assert run("people", "add", "ann", *words).out == "ann may operate\n"
    assert server.asked[0].fields == {"mail": "ann@there", "role": "operate", "groups": "ops,dev"}


def test_it_is_said_that_nobody_can_reach_them(server, run):
    server.on("PUT /people/ann", ANN | {"mail": "", "telegram": "annt"})

    assert "there is no way to reach them yet" in run("people", "add", "ann").out


def test_only_what_is_named_is_changed_and_an_empty_text_clears(server, run):
    server.on("PUT /people/ann", ANN)
    run("people", "add", "ann", "--telegram", "", "--group", "")

    assert (server.asked[0].path, server.asked[0].fields) == (
        "/people/ann",
        {"telegram": "", "groups": ""},
    )


def test_a_person_is_removed(server, run):
    server.on("DELETE /people/ann", None, status=204)

    assert run("people", "remove", "ann").out == "ann is removed\n"


def test_it_is_said_who_is_on_duty(server, run):
    server.on("GET /duty", [{"calendar": "oncall", "people": ["ann", "bob", "eve"]}])
    out = run("people", "duty", "--at", "2026-12-25T08:00+00:00").out

    assert "oncall    ann      bob, eve" in out
    assert server.asked[0].query == {"at": "1798185600.0"}


def test_what_is_no_time_is_refused(run):
    ended = run("people", "duty", "--at", "christmas")

    assert (ended.code, "is no time such as" in ended.err) == (2, True)


def test_a_link_is_made_and_taken_back(server, run):
    made = {"name": "ann", "link": "https://t.me/b?start=x", "expires": 1795796440.0, "bot": "b"}
    server.on("POST /people/ann/telegram-link", made)
    server.on("DELETE /people/ann/telegram-link", None, status=204)

    assert run("people", "link", "ann").out.startswith("https://t.me/b?start=x\nfor ann, once")
    assert run("people", "unlink", "ann").out == "ann is tied to no chat\n"
