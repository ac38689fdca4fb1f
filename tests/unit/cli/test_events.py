import io
import json
import sys

import pytest

from cockpit import events

ROW = {"id": "alarm-2-0", "type": "alarm", "epoch": 1795456059, "summary": "disk\nfull"}


def test_every_type_has_an_example_that_can_be_published(run):
    for type_ in events.TYPES:
        assert events.load_yaml(run("event", "example", type_).out) == events.example(type_)
        assert run("event", "example", type_, "--json").document["type"] == type_


def test_an_unknown_type_is_wrong_usage_and_names_the_types(run):
    ended = run("event", "example", "emial")

    assert (ended.code, ended.out) == (2, "")
    assert "email" in ended.err


@pytest.mark.parametrize("words", [(), ("list", "--type", "alarm", "--limit", "7")])
def test_the_group_lists(server, run, words):
    server.on("GET /events", [ROW])
    ended = run("event", *words)

    assert "alarm-2-0  alarm" in ended.out
    assert "disk full" in ended.out
    wanted = {"type": "alarm", "limit": "7"} if words else {"limit": "50"}
    assert server.asked[0].query == wanted


def test_a_list_may_be_of_some_time_and_filtered(server, run):
    server.on("GET /events", [ROW])
    run("event", "list", "--type", "alarm,eco", "--where", "event.epoch > 1", "--since", "1000",
        "--until", "2000")  # fmt: skip

    assert server.asked[0].query == {
        "type": "alarm,eco", "where": "event.epoch > 1", "since": "1000", "until": "2000",
        "limit": "50",
    }  # fmt: skip


def test_a_list_for_programs_has_what_they_need(server, run):
    server.on("GET /events", [ROW])

    assert run("event", "list", "--json").document == [ROW]


@pytest.mark.parametrize("write", [events.dump_yaml, lambda e: events.encode(e).decode()])
def test_yaml_and_json_files_are_published(server, run, tmp_path, write):
    server.on("POST /events", {"id": "alarm-3-0", "is_new": True}, status=201)
    event = events.example("alarm")
    (tmp_path / "e").write_text(write(event))
    ended = run("event", "publish", "e")

    assert ended.out == "stored as alarm-3-0\n"
    assert events.decode(server.asked[0].body) == event


def test_a_dash_publishes_what_comes_in(server, run, monkeypatch):
    server.on("POST /events", {"id": "eco-3-0", "is_new": True}, status=201)
    octets = events.dump_yaml(events.example("eco")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(octets)))

    assert run("event", "publish", "-", "--json").document["id"] == "eco-3-0"
    assert events.decode(server.asked[0].body) == events.example("eco")


@pytest.mark.parametrize("type_", ["email", "alarm"])
def test_files_go_with_the_event_as_a_form(server, run, tmp_path, type_):
    server.on("POST /events", {"id": "x-3-0", "is_new": True}, status=201)
    event = events.example(type_)
    (tmp_path / "e.yaml").write_text(events.dump_yaml(event))
    (tmp_path / "a.png").write_bytes(b"\x89PNG")
    (tmp_path / "b.unheard-of").write_bytes(b"b")
    ended = run("event", "publish", "e.yaml", "--attach", "a.png", "--attach", "b.unheard-of")

    (asked,) = server.asked
    assert ended.out == "stored as x-3-0\n"
    assert asked.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert events.encode(event) in asked.body
    assert b'filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n' in asked.body
    assert b"Content-Type: application/octet-stream\r\n\r\nb\r\n" in asked.body


@pytest.mark.parametrize("text", ["type: nothing\n", "{", "- 1\n", "type: alarm\nepoch: soon\n"])
def test_a_file_that_is_no_event_is_wrong_usage_in_one_line(server, run, tmp_path, text):
    (tmp_path / "e").write_text(text)
    ended = run("event", "publish", "e")

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert server.asked == []


def test_a_file_that_is_not_there_is_named(run):
    ended = run("event", "simulate", "gone.yaml")

    assert ended.code == 2
    assert ended.err == "gone.yaml: No such file or directory\n"


def test_an_event_is_shown_as_yaml_that_can_be_published_again(server, run):
    event = events.example("email")
    server.on("GET /events/email-1-0", events.to_mapping(event) | {"summary": "s"})

    assert events.load_yaml(run("event", "show", "email-1-0").out) == event


def test_tail_prints_what_comes_after_the_newest_until_it_is_stopped(server, run):
    server.on(
        "GET /events", [ROW], [ROW | {"id": "alarm-3-0"}], [], [ROW | {"id": "alarm-4-0"}], b"end"
    )
    ended = run("event", "tail", "--type", "alarm", "--json")

    ids = [json.loads(line)["id"] for line in ended.out.splitlines()]
    assert ids == ["alarm-3-0", "alarm-4-0"]
    afters = [asked.query.get("after") for asked in server.asked[:4]]
    assert afters == [None, "alarm-2-0", "alarm-3-0", "alarm-3-0"]
    assert all(asked.query["type"] == "alarm" for asked in server.asked)


def test_tail_of_an_empty_log_begins_at_its_start_and_takes_a_line_each(server, run):
    server.on("GET /events", [], [ROW], b"no JSON")
    ended = run("event", "tail")

    assert ended.out == "alarm-2-0  disk full\n"
    assert server.asked[1].query["after"] == "0"


def test_simulate_tells_who_would_be_called_and_what_is_refused(server, run, tmp_path):
    found = {
        "matches": [{"repo": "r", "service": "desk!main", "action": "notify"}],
        "refused": [{"repo": "r", "template": "t", "line": "service.hrd:3", "why": "no type"}],
    }
    server.on("POST /events/simulate", found)
    (tmp_path / "e").write_text(events.dump_yaml(events.example("email")))

    assert run("event", "simulate", "e").out.splitlines() == [
        "would call desk!main notify  (r)",
        "refused: r service.hrd:3: no type",
    ]
    assert run("event", "simulate", "e", "--json").document == found


def test_simulate_says_when_nobody_would_be_called(server, run, tmp_path):
    server.on("POST /events/simulate", {"matches": [], "refused": []})
    (tmp_path / "e").write_text(events.dump_yaml(events.example("email")))

    assert run("event", "simulate", "e").out == "would call nobody\n"


def test_rejected_shows_channel_reason_and_payload(server, run):
    row = {"id": "1-0", "channel": "ckpt.eco", "reason": "no JSON", "payload": "x{", "epoch": 1}
    server.on("GET /rejected", [row])
    ended = run("event", "rejected", "--limit", "3")

    for word in ("ckpt.eco", "no JSON", "x{"):
        assert word in ended.out
    assert server.asked[0].query == {"limit": "3"}


def test_why_shows_the_trail_as_it_is_now(server, run, trail, job):
    server.on("GET /events/email-1-0/why", trail(job(state="running"), settled=False))
    ended = run("why", "email-1-0")

    assert "helpdesk!main notify  running" in ended.out
    assert len(server.asked) == 1


def test_why_waits_when_told_to(server, run, trail, job):
    server.on("GET /events/email-1-0/why", trail(settled=False), trail(job()))

    assert run("why", "email-1-0", "--wait", "--json").document == trail(job())


@pytest.mark.usefixtures("server")
def test_an_event_that_is_not_there_is_a_failure(run):
    ended = run("why", "email-1-0")

    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "nothing at /events/email-1-0/why\n"
