import time

from cockpit.cli.terminal import Terminal, moment
from cockpit.cli.trail import render
from cockpit.cli.words import Globals

PLAIN = Terminal(Globals())


def test_a_trail_tells_when_the_event_was_stored_and_through_what(trail):
    first, second = render(PLAIN, trail()).splitlines()

    assert first == "email-1795456059789-0  disk full from ann@example.org"
    assert second == f"  stored {moment(1795456059.789)} through smtp"


def test_a_trail_of_a_run_tells_since_when(trail):
    run = {"id": "run-1", "type": "run", "epoch": 1795456059, "summary": "a run", "meta": {}}

    assert render(PLAIN, trail(event=run)).splitlines() == [
        "run-1  a run",
        f"  since {moment(1795456059)}",
    ]


def test_a_job_that_went_well_tells_its_time_and_what_it_made(trail, job):
    made = {"kind": "mail", "id": "m1", "state": "held", "summary": "Re: disk full", "job": "j1"}
    text = render(PLAIN, trail(job(output="counted 3\n"), made=[made]))

    assert f"  helpdesk!main notify  ok at {moment(1795456059.812)}, took 12 ms" in text
    assert "      counted 3" in text
    assert "      made mail m1 (held): Re: disk full" in text


def test_what_the_robot_of_telegram_did_is_shown_without_a_job(trail):
    order = {"kind": "order", "id": "telegram-5-0", "state": "done", "summary": "x is made"}
    message = {"kind": "message", "id": "m", "state": "dead", "summary": "to chat 42: blocked"}
    lines = render(PLAIN, trail(made=[one | {"job": ""} for one in (order, message)])).splitlines()

    assert lines[2:] == ["  order x is made (done)", "  message to chat 42: blocked (dead)"]


def test_what_another_job_made_is_not_shown_below_this_one(trail, job):
    made = {"kind": "mail", "id": "m1", "state": "held", "summary": "s", "job": "j2"}
    lines = render(PLAIN, trail(job(), job(id="j2", action="escalate"), made=[made])).splitlines()

    assert [line.split()[0] for line in lines[2:]] == ["helpdesk!main", "helpdesk!main", "made"]


def test_an_error_shows_file_line_and_the_next_attempt(trail, job):
    due = time.time() + 30
    failed = job(
        state="error",
        next_epoch=due,
        error="RuntimeError: oops",
        traceback='  File "repos/helpdesk/actions.py", line 7\n    raise\nRuntimeError: oops',
    )
    text = render(PLAIN, trail(failed))

    assert "failed, attempt 1; next try at " + moment(due) in text
    assert "RuntimeError: oops" in text
    assert 'File "repos/helpdesk/actions.py", line 7' in text


def test_a_dead_job_tells_its_id_for_job_retry(trail, job):
    text = render(PLAIN, trail(job(id="abc", state="dead", attempts=6, error="E")))

    assert "dead after 6 attempts; job abc" in text


def test_a_second_attempt_that_went_well_says_so(trail, job):
    assert "attempt 2" in render(PLAIN, trail(job(attempts=2)))


def test_a_lost_job_says_so(trail, job):
    text = render(PLAIN, trail(job(state="queued", note="lost with its process 1 times")))

    assert "queued; lost with its process 1 times" in text


def test_refused_lines_and_the_note_are_shown(trail):
    refused = {"repo": "r", "template": "t", "line": "service.hrd:3", "why": "emai is no type"}
    text = render(PLAIN, trail(refused=[refused], note="nobody subscribes"))

    assert "refused: r service.hrd:3: emai is no type" in text
    assert text.endswith("  nobody subscribes")


def test_where_a_replayed_event_comes_from_is_shown(trail):
    why = trail()
    why["event"]["meta"] = {"replay_of": "email-1-0", "parent": "alarm-2-0"}
    text = render(PLAIN, why)

    assert "replay of: email-1-0" in text
    assert "parent: alarm-2-0" in text
