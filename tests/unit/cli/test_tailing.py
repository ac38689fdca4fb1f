import json

import pytest

from cockpit.cli.tailing import tail
from cockpit.cli.terminal import Terminal
from cockpit.cli.words import Globals
from cockpit.errors import OpsError


def frame(number):
    event = {"id": f"eco-{number}-0", "error_msg": f"no {number}"}
    return f"id: {event['id']}\nevent: eco\ndata: {json.dumps(event)}\n\n".encode()


@pytest.fixture
def follow(home, capsys):
    """Give a function that follows until the server refuses; what was printed, and the refusal."""

    def follow_until_refused(where="", json=False):
        with pytest.raises(OpsError) as refusal:
            tail(
                Terminal(Globals(home=str(home), json=json)), "eco", where, lambda e: e["error_msg"]
            )
        said = capsys.readouterr()
        return said.out.splitlines(), said.err.splitlines(), str(refusal.value)

    return follow_until_refused


def streams(server, *documents):
    server.on("GET /events", [{"id": "eco-6-0"}])
    server.on("GET /events/live", *documents)
    return server.then("GET /events/live", {"detail": "no more"}, status=403)


def test_it_begins_after_the_newest_and_goes_on_after_the_last(server, follow):
    streams(server, b"retry: 2000\n\n" + frame(7), b": here\n\n", frame(8) + frame(9))
    out, err, refusal = follow(where="event.pid > 1")

    assert (out, err, refusal) == (["no 7", "no 8", "no 9"], [], "no more")
    asked = [one for one in server.asked if one.path == "/events/live"]
    assert [one.headers["last-event-id"] for one in asked] == [
        "eco-6-0", "eco-7-0", "eco-7-0", "eco-9-0", "eco-9-0",
    ]  # fmt: skip
    assert asked[0].query == {"type": "eco", "where": "event.pid > 1"}


def test_programs_get_a_document_a_line(server, follow):
    streams(server, frame(7) + frame(8))
    out, _, _ = follow(json=True)

    assert [json.loads(line)["id"] for line in out] == ["eco-7-0", "eco-8-0"]


def test_a_log_without_such_events_is_followed_from_its_beginning(server, follow):
    streams(server, frame(1)).on("GET /events", [])
    follow()

    assert server.asked[1].headers["last-event-id"] == "0"


def test_it_waits_while_the_cockpit_is_away_and_says_so_once(server, follow):
    streams(server, frame(7))
    server._answers["GET /events/live"][1:1] = [(503, {"detail": "Redis is away"}, "")] * 3
    out, err, _ = follow()

    assert (out, err) == (["no 7"], ["Redis is away; waiting for it"])


def test_a_token_that_is_refused_once_after_it_worked_is_asked_for_again(server, follow):
    streams(server, frame(7))
    server._answers["GET /events/live"][1:1] = [(401, {}, ""), (200, frame(8), "")]
    out, _, _ = follow()

    assert out == ["no 7", "no 8"]


def test_what_is_refused_at_the_beginning_is_told_at_once(server, follow):
    server.on("GET /events", [])
    server.on("GET /events/live", {"detail": "where: no CEL"}, status=400)

    assert follow()[2] == "where: no CEL"
    assert len(server.asked) == 2


def test_nobody_is_waited_for_who_was_never_there(home):
    with pytest.raises(OpsError, match="no cockpit is running"):
        tail(Terminal(Globals(home=str(home))), "eco", "", str)
