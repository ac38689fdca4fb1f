import json
import sys

import pytest

ROW = {
    "id": "replay-1",
    "state": "running",
    "type": "alarm",
    "where": "",
    "events": 3,
    "done": 0.5,
    "is_whole": True,
    "by": "ann",
    "began": 1795456059,
}


def test_one_event_tells_its_new_id(server, run):
    server.on("POST /events/email-1-0/replay", {"id": "email-9-0"}, status=201)

    assert run("event", "replay", "email-1-0").out == "replayed as email-9-0\n"


@pytest.mark.parametrize(("whole", "said"), [(True, "3 events"), (False, "at least 3 events")])
def test_a_dry_one_tells_how_many(server, run, whole, said):
    server.on("POST /events/replay", ROW | {"state": "counted", "is_whole": whole})
    ended = run("event", "replay", "--type", "alarm", "--since", "1000", "--dry")

    assert ended.out == f"would replay {said}\n"
    assert server.asked[0].fields == {"type": "alarm", "since": 1000, "rate": 100, "dry": True}


def test_many_are_followed_to_their_end(server, run):
    server.on("POST /events/replay", ROW, status=202)
    server.on("GET /events/replays/replay-1", ROW, ROW | {"state": "ok", "events": 7, "done": 1.0})
    ended = run("event", "replay", "--where", "event.epoch > 1", "--until", "2000", "--rate", "9")

    assert ended.out == "replayed 7 events (replay-1)\n"
    assert server.asked[0].fields == {
        "where": "event.epoch > 1",
        "until": 2000,
        "rate": 9,
        "dry": False,
    }


def test_on_a_terminal_a_bar_shows_how_far_it_is(server, run, monkeypatch):
    monkeypatch.setattr(type(sys.stderr), "isatty", lambda _: True)
    server.on("POST /events/replay", ROW, status=202)
    server.on("GET /events/replays/replay-1", ROW | {"state": "ok"})
    ended = run("event", "replay", "--type", "alarm")

    assert "replay-1 [###############...............] 50%, 3 events" in ended.err


def test_one_that_somebody_cancelled_has_failed(server, run):
    server.on("POST /events/replay", ROW, status=202)
    server.on("GET /events/replays/replay-1", ROW | {"state": "cancelled"})
    ended = run("event", "replay", "--type", "alarm")

    assert (ended.code, ended.out) == (1, "cancelled after 3 events (replay-1)\n")


@pytest.mark.parametrize("words", [(), ("alarm-1-0", "--dry"), ("alarm-1-0", "--type", "alarm")])
def test_it_must_be_clear_which_are_meant(server, run, words):
    ended = run("event", "replay", *words)

    assert ended.code == 2
    assert server.asked == []


def test_replays_are_listed_and_cancelled(server, run):
    server.on("GET /events/replays", [ROW])
    server.on("DELETE /events/replays/replay-1", ROW | {"state": "cancelled"})

    assert "replay-1  running  3       50%   alarm" in run("event", "replays").out
    assert json.loads(run("event", "replays", "--json").out) == [ROW]
    assert run("event", "replays", "--cancel", "replay-1").out == "cancelled after 3 events\n"
