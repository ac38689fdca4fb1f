import time

import pytest
from rich.cells import cell_len

from cockpit.cli.alarm_view import is_silenced, listed, told, whole
from cockpit.cli.terminal import Terminal, ago, moment
from cockpit.cli.words import Globals
from cockpit.events import example, to_mapping

TERMINAL = Terminal(Globals())
AT = 1795456059
EVIL = "\x1b]0;title\x07\x1b[2J\u202e 漢字漢字\nsecond"
ACK = {"by": "ann", "epoch": AT, "note": "on my way"}


def silence(left_s=3601):
    return {"until": time.time() + left_s, "by": "bob", "note": ""}


def test_a_list_has_a_line_for_each(alarm):
    rows = [
        alarm(since=time.time() - 180, ack=ACK, silence=silence(), flapping=True),
        alarm(status="resolved", severity="", silence=silence(-1)),
    ]
    _, first, second = listed(TERMINAL, rows, 0)

    assert first.split() == [
        "5d41402a", "3", "min", "ago", "firing,", "silenced,", "flapping", "critical", "shop!main",
        "check", "ann", "no", "answer",
    ]  # fmt: skip
    assert "resolved  " in second
    assert "silenced" not in second
    assert listed(TERMINAL, [], 0) == ["none"]


@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_a_stranger_breaks_no_screen(alarm, width):
    lines = listed(TERMINAL, [alarm(msg=EVIL, service=EVIL, severity=EVIL, method=EVIL)], width)

    assert all(cell_len(line) <= width for line in lines)
    assert not set("".join(lines)) & set("\x1b\x07\u202e\n")


def test_an_alarm_is_shown_with_all_there_is(alarm):
    event = {"id": "alarm-1-0", "type": "alarm", "epoch": AT, "summary": "shop!main check: no"}
    mail = {"id": "email-1-0", "type": "email", "epoch": AT, "summary": "a mail"}
    found = alarm(
        ack=ACK, silence=silence(), flapping=True, level=2, told=["oncall", "leads"],
        ends=time.time() + 121, causes=[event, mail],
        history=[{"epoch": AT, "what": "acked", "who": "ann", "event": "", "note": "on my way"}],
    )  # fmt: skip
    until = found["silence"]["until"]

    assert list(whole(TERMINAL, found)) == [
        "5d41402abc4b  firing critical, flapping",
        "  shop!main check: no answer",
        "  in the repository helpdesk",
        "  disk=sda",
        "  https://monitor.example.org/a/1",
        f"  firing since {moment(AT)} ({ago(AT)}), first {moment(AT - 59)} ({ago(AT - 59)}); 2 events",
        f"  taken by ann {moment(AT)} ({ago(AT)}): on my way",
        f"  silenced until {moment(until)} (in 60 min) by bob",
        "  told at level 2: oncall, leads",
        "  counts as resolved in 2 min unless it comes again",
        "  its newest event",
        f"    alarm {moment(AT)} shop!main check: no",
        "      cockpit why alarm-1-0",
        "  what led to that",
        f"    email {moment(AT)} a mail",
        "      cockpit why email-1-0",
        "  history",
        f"    {moment(AT)}  acked  by ann  on my way",
        "  next",
        "    cockpit alarm silence 5d41402a --for 0",
        "    cockpit alarm resolve 5d41402a",
    ]


def test_one_that_nobody_took_says_how_and_a_resolved_one_needs_nothing(alarm):
    lines = list(whole(TERMINAL, alarm()))

    assert lines[-4:] == [
        "  next",
        "    cockpit alarm ack 5d41402a --note TEXT",
        "    cockpit alarm silence 5d41402a --for 2h",
        "    cockpit alarm resolve 5d41402a",
    ]
    assert "  next" not in list(whole(TERMINAL, alarm(status="resolved")))


def test_a_silence_that_is_over_is_none(alarm):
    assert not is_silenced(alarm(silence=silence(-1)))
    assert not is_silenced(alarm())
    assert is_silenced(alarm(silence=silence()))


@pytest.mark.parametrize(("status", "shown"), [("", "firing"), ("resolved", "resolved")])
def test_an_event_is_one_line(status, shown):
    event = to_mapping(example("alarm")) | {
        "epoch": AT, "msg": EVIL, "status": status, "severity": "critical",
    }  # fmt: skip
    line = told(TERMINAL, event)

    assert line.startswith(f"{moment(AT)}  {shown}  critical myservice!instance monitor: ")
    assert not set(line) & set("\x1b\x07\u202e\n")


def test_an_event_that_says_no_time_has_the_one_at_which_it_was_stored():
    event = to_mapping(example("alarm")) | {"id": f"alarm-{AT}789-0", "epoch": 0}

    assert told(TERMINAL, event).startswith(f"{moment(AT)}  ")
