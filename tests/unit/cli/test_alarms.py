import json
import time

import pytest

ACK = {"by": "ann", "epoch": 1795456059, "note": "on my way"}


@pytest.mark.parametrize(
    ("words", "query"),
    [
        ((), {"limit": "50"}),
        (("list", "--acked", "--not-silenced"), {"acked": "yes", "silenced": "no", "limit": "50"}),
        (
            ("list", "--status", "FIRING", "--severity", "critical", "--service", "shop!main",
             "--method", "check", "--text", "disk", "--not-acked", "--silenced", "--limit", "7"),
            {"status": "firing", "severity": "critical", "service": "shop!main", "method": "check",
             "text": "disk", "acked": "no", "silenced": "yes", "limit": "7"},
        ),
    ],
)  # fmt: skip
def test_the_group_lists(server, run, alarm, words, query):
    server.on("GET /alarms", [alarm()])
    ended = run("alarm", *words)

    assert "shop!main  check" in ended.out
    assert server.asked[0].query == query


def test_programs_get_what_the_server_says(server, run, alarm):
    server.on("GET /alarms", [alarm()]).on("GET /alarms/5d41402a", alarm())

    assert run("alarm", "list", "--json").document == [alarm()]
    assert run("alarm", "show", "5d41402a", "--json").document == alarm()


def test_a_list_is_watched_until_the_server_refuses(server, run, alarm):
    server.on("GET /alarms", [alarm()])
    server.then("GET /alarms", {"detail": "no more"}, status=403)
    ended = run("alarm", "list", "-w")

    assert (ended.code, ended.err, ended.out.count("MESSAGE")) == (1, "no more\n", 1)


def test_an_alarm_is_shown(server, run, alarm):
    server.on("GET /alarms/5d41402a", alarm(ack=ACK))

    assert "  taken by ann" in run("alarm", "show", "5d41402a").out


def test_several_are_taken(server, run, alarm):
    server.on("POST /alarms/5d41402a/ack", alarm(ack=ACK))
    server.on("POST /alarms/99999999/ack", alarm(ack=ACK, id="9" * 12))
    ended = run("alarm", "ack", "5d41402a", "99999999", "--note", "on my way", "--by", "ann")

    assert ended.out == (
        "5d41402a shop!main check: taken by ann\n99999999 shop!main check: taken by ann\n"
    )
    assert server.asked[0].fields == {"note": "on my way", "by": "ann"}


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (("--for", "2h"), {"for": "2h"}),
        (("--until", "2100-01-01T00:00:00+00:00"), {"until": 4102444800}),
        (("--until", "4102444800", "--note", "n"), {"until": 4102444800, "note": "n"}),
    ],
)
def test_an_alarm_is_silenced(server, run, alarm, words, fields):
    silence = {"until": time.time() + 7201, "by": "ann", "note": ""}
    server.on("POST /alarms/5d41402a/silence", alarm(silence=silence))
    ended = run("alarm", "silence", "5d41402a", *words)

    assert ended.out.startswith("5d41402a shop!main check: silenced until ")
    assert ended.out.endswith(" (in 2 h)\n")
    assert server.asked[0].fields == fields


def test_a_silence_is_ended(server, run, alarm):
    server.on("POST /alarms/5d41402a/silence", alarm())

    assert run("alarm", "silence", "5d41402a", "--for", "0").out.endswith(": silenced no more\n")
    assert server.asked[0].fields == {"for": "0"}


@pytest.mark.parametrize(
    "words",
    [(), ("--for", "2h", "--until", "2100-01-01"), ("--until", "1000"), ("--until", "soon")],
)
def test_how_long_must_be_said(server, run, words):
    ended = run("alarm", "silence", "5d41402a", *words)

    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert server.asked == []


def test_an_alarm_is_resolved(server, run, alarm):
    server.on("POST /alarms/5d41402a/resolve", alarm(status="resolved"))

    assert run("alarm", "resolve", "5d41402a").out == "5d41402a shop!main check: resolved\n"


def test_tail_says_each_event_in_a_line(server, run):
    event = {
        "id": "alarm-2-0", "type": "alarm", "service": "shop!main", "method": "check",
        "msg": "no answer", "epoch": 1795456059, "status": "firing",
    }  # fmt: skip
    data = f"id: alarm-2-0\nevent: alarm\ndata: {json.dumps(event)}\n\n".encode()
    server.on("GET /events", []).on("GET /events/live", data)
    server.then("GET /events/live", {"detail": "no more"}, status=403)

    assert run("alarm", "tail").out.endswith("  firing  shop!main check: no answer\n")
