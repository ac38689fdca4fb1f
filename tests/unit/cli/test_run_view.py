import pytest

from cockpit.cli.run_view import lines, screen
from cockpit.cli.terminal import Terminal
from cockpit.cli.words import Globals

RUN = {
    "id": "run-1", "repo": "desk", "action": "install", "state": "running", "began": 5.0,
    "ended": 0.0, "idle": 0.0, "left": 9,
}  # fmt: skip


@pytest.fixture
def terminal():
    return Terminal(Globals())


def a_run(*states, **fields):
    parts = [
        {
            "service": f"s!{n}",
            "actions": ["install"],
            "step": 1,
            "state": s,
            "jobs": [f"j{n}"],
            "at": 0,
        }
        for n, s in enumerate(states)
    ]
    return RUN | {"parts": parts} | fields


def test_a_screen_that_holds_all_shows_what_runs_and_what_failed_first(terminal):
    run = a_run("ok", "queued", "error", "running")

    assert screen(terminal, run, 24) == [
        "run-1  install in desk: running, 9 left",
        "  [##########..........] 2 of 4: 1 running, 1 error, 1 queued, 1 ok",
        "    s!3  install  running",
        "    s!2  install  error; cockpit job show j2",
        "    s!1  install  queued",
        "    s!0  install  ok",
    ]


@pytest.mark.parametrize("height", [4, 10, 24])
def test_a_screen_that_is_too_small_counts_the_rest(terminal, height):
    run = a_run(*["ok"] * 40, "running", *["waiting"] * 30)
    found = screen(terminal, run, height)

    assert len(found) == height
    assert found[2] == "    s!40  install  running"
    waiting = 30 - (height - 4)
    assert found[-1] == f"    … {waiting} waiting, 40 ok more"


def test_a_screen_without_room_is_still_a_screen(terminal):
    assert len(screen(terminal, a_run("ok", "ok"), 1)) == 3


def test_time_that_a_run_lay_over_is_not_told(terminal):
    run = a_run("ok", state="ok", ended=16.5, idle=9.5)

    assert next(lines(terminal, run)) == "run-1  install in desk: ok in 2.0 s"
