import io
import json
import sys

import pytest

GUID = "762d6f24-8b50-4e46-8cb6-fa6d0f56f1fd"


def closed(whole_eco, **fields):
    return whole_eco(state="CLOSED", **fields)


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ((), {"limit": "50"}),
        (
            ("list", "--state", "new", "--app", "shop", "--type", "bug", "--text", "disk",
             "--since", "1000", "--limit", "7"),
            {"state": "NEW", "app": "shop", "type": "BUG", "text": "disk", "since": "1000",
             "limit": "7"},
        ),
    ],
)  # fmt: skip
def test_the_group_lists(server, run, eco, words, query):
    server.on("GET /ecos", [eco()])
    ended = run("eco", *words)

    assert "762d6f24" in ended.out
    assert "actions.py:5" in ended.out
    assert server.asked[0].query == query


def test_programs_get_what_the_server_says(server, run, eco, whole_eco):
    server.on("GET /ecos", [eco()]).on("GET /ecos/762d6f24", whole_eco())

    assert run("eco", "list", "--json").document == [eco()]
    assert run("eco", "show", "762d6f24", "--json").document == whole_eco()


def test_a_list_is_watched_until_the_server_refuses(server, run, eco):
    server.on("GET /ecos", [eco()], [eco()], [eco(state="ALERT")])
    server.then("GET /ecos", {"detail": "no more"}, status=403)
    ended = run("eco", "list", "--watch")

    assert (ended.code, ended.err) == (1, "no more\n")
    assert ended.out.count("MESSAGE") == 2


@pytest.mark.parametrize("words", [(), ("--long",)])
def test_an_eco_is_shown(server, run, whole_eco, words):
    server.on("GET /ecos/762d6f24", whole_eco())
    out = run("eco", "show", "762d6f24", *words).out

    assert "notify in repos/helpdesk/actions.py:5" in out
    assert "cockpit why email-1-0" in out
    assert ("backtrace" in out) is bool(words)


def test_several_are_closed_and_opened_again(server, run, whole_eco):
    other = whole_eco(guid="9" * 36)
    server.on("POST /ecos/762d6f24/close", closed(whole_eco))
    server.on("POST /ecos/99999999/close", other | {"state": "CLOSED"})
    server.on("POST /ecos/762d6f24/reopen", whole_eco(state="ALERT"))

    ended = run("eco", "close", "762d6f24", "99999999", "--by", "ann")
    assert ended.out == "762d6f24 is CLOSED\n99999999 is CLOSED\n"
    assert [one.fields for one in server.asked] == [{"by": "ann"}] * 2
    assert run("eco", "reopen", "762d6f24").out == "762d6f24 is ALERT\n"
    assert server.asked[-1].fields == {}


def test_one_that_is_not_there_keeps_the_others_from_nothing(server, run, whole_eco):
    server.on("POST /ecos/762d6f24/close", closed(whole_eco))
    ended = run("eco", "close", "00000000", "762d6f24")

    assert (ended.code, ended.out) == (1, "762d6f24 is CLOSED\n")
    assert "/ecos/00000000/close" in ended.err


def several(server, eco, whole_eco):
    """Three open ecos of an application, on two pages of NEW and one of ALERT."""
    guids = [f"{n}{GUID[1:]}" for n in range(3)]
    rows = [[eco(guid=guid)] for guid in guids]
    server.on("GET /ecos", *rows, link="/ecos?state=NEW&before=x")
    server._answers["GET /ecos"][1] = (200, rows[1], "")
    for guid in guids:
        server.on(f"POST /ecos/{guid}/close", closed(whole_eco, guid=guid))
    return guids


def test_all_that_are_chosen_are_closed(server, run, eco, whole_eco):
    guids = several(server, eco, whole_eco)
    ended = run("eco", "close", "--all", "--app", "shop", "--json")

    assert [one["guid"] for one in ended.document] == guids
    asked = [one.query for one in server.asked if one.path == "/ecos"]
    assert [one.get("state") for one in asked] == ["NEW", "NEW", "ALERT"]
    assert (asked[0]["app"], asked[0]["limit"]) == ("shop", "1000")


class Person(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(("answer", "count"), [("n\n", 0), ("", 0), ("y\n", 3)])
def test_a_person_is_asked_before_many_are_closed(
    server, run, eco, whole_eco, monkeypatch, answer, count
):
    several(server, eco, whole_eco)
    monkeypatch.setattr(sys, "stdin", Person(answer))
    ended = run("eco", "close", "--all")

    assert ended.err.startswith("Close 3 ecos? [y/N] ")
    assert ended.code == (0 if count else 1)
    assert len(ended.out.splitlines()) == count
    assert sum(one.method == "POST" for one in server.asked) == count


def test_who_says_yes_is_not_asked(server, run, eco, whole_eco, monkeypatch):
    several(server, eco, whole_eco)
    monkeypatch.setattr(sys, "stdin", Person())

    assert run("eco", "close", "--all", "--yes").err == ""


def test_when_none_is_open_nothing_is_closed(server, run):
    server.on("GET /ecos", [])

    assert run("eco", "close", "--all").out == "none\n"


@pytest.mark.parametrize("words", [(), ("762d6f24", "--all"), ("762d6f24", "--app", "shop")])
def test_what_is_to_be_closed_must_be_said(server, run, words):
    ended = run("eco", "close", *words)

    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert server.asked == []


def test_tail_says_each_notice_in_a_line(server, run, whole_eco):
    event = whole_eco()["eco"] | {"id": "eco-2-0", "meta": {"reason": "new"}}
    data = f"id: eco-2-0\nevent: eco\ndata: {json.dumps(event)}\n\n".encode()
    server.on("GET /events", []).on("GET /events/live", data)
    server.then("GET /events/live", {"detail": "no more"}, status=403)
    ended = run("eco", "tail", "--where", "event.pid > 1")

    assert ended.out.endswith("  new  762d6f24  BUG shop: RuntimeError: the disk is on fire\n")
    live = next(one for one in server.asked if one.path == "/events/live")
    assert live.query == {"type": "eco", "where": "event.pid > 1"}
