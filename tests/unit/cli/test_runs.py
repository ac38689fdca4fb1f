import io
import sys

import pytest

from cockpit.cli import main


class Screen(io.StringIO):
    def isatty(self):
        return True


def a_run(state="ok", **fields):
    part = {
        "service": "a!x",
        "actions": ["install"],
        "step": 1,
        "state": "ok",
        "jobs": ["j"],
        "at": 1,
    }
    return {
        "id": "run-1", "repo": "desk", "action": "install", "state": state, "role": "",
        "instance": "", "forced": False, "began": 5.0, "ended": 7.0, "services": 2, "left": 0, "idle": 0.0,
        "parts": [part, part | {"service": "b!x", "step": 2, "state": "error", "at": 0}],
    } | fields  # fmt: skip


def test_simulation_shows_services_by_step(server, run):
    parts = [part | {"state": ""} for part in a_run()["parts"]]
    server.on("POST /runs/simulate", a_run("simulated", id="", ended=0, parts=parts))
    ended = run("run", "simulate", "install", "--repo", "desk", "-r", "a", "-i", "x", "--force")

    assert ended.out.splitlines() == [
        "simulation  install in desk: 2 services, nothing is changed",
        "  step 1",
        "    a!x  install",
        "  step 2",
        "    b!x  install",
    ]
    assert server.asked[0].fields == {
        "repo": "desk",
        "action": "install",
        "role": "a",
        "instance": "x",
        "force": True,
    }


@pytest.mark.parametrize(("words", "code"), [((), 1), (("--no-wait",), 0), (("--json",), 1)])
def test_start_follows_to_the_end_and_failure_is_the_exit_code(server, run, words, code):
    server.on("POST /runs", a_run("running", ended=0))
    server.on("GET /runs/run-1", a_run("running", ended=0), a_run("error"))
    trace = 'Traceback…\n  File "actions.py", line 2, in install\nOSError: full\n'
    server.on("GET /jobs/j", {"traceback": trace, "error": "OSError: full"})
    ended = run("run", "start", "install", "--repo", "desk", *words)

    assert ended.code == code
    if "--json" in words:
        assert ended.document["state"] == "error"
    elif code:
        assert "error in 2.0 s; `cockpit run retry run-1` takes it up again" in ended.out
        assert "b!x  install  error; cockpit job show j" in ended.out
        assert 'b!x:\nTraceback…\n  File "actions.py", line 2, in install\nOSError' in ended.out
    else:
        assert "running, 0 left" in ended.out


@pytest.mark.parametrize("colour", [False, True])
def test_a_run_is_watched_on_a_screen_with_and_without_colours(server, home, monkeypatch, colour):
    server.on("POST /runs", a_run("running", ended=0))
    server.on("GET /runs/run-1", a_run("running", ended=0), a_run())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "" if colour else "1")
    monkeypatch.setattr(sys, "stdout", Screen())

    assert main(["--home", str(home), "run", "start", "install", "--repo", "desk"]) == 0
    out = sys.stdout.getvalue()
    assert "2 of 2: 1 error, 1 ok" in out
    assert "  step 1\n" in out
    assert ("\x1b[32m" in out) is colour


def test_run_without_work_says_so(server, run):
    server.on("POST /runs", a_run(parts=[]))
    ended = run("run", "start", "install", "--repo", "desk")

    assert (ended.code, ended.out.splitlines()[1]) == (0, "  nothing to do: all of it is ok")


def test_run_without_an_action_is_of_what_is_pending(server, run):
    server.on("POST /runs", a_run(action="", parts=[]))
    server.on("GET /runs", [a_run(action="", parts=[])])

    assert run("run", "start", "--repo", "desk").out.splitlines() == [
        "run-1  what is pending in desk: ok in 2.0 s",
        "  nothing to do: nothing is pending",
    ]
    assert server.asked[0].fields == {"repo": "desk", "force": False}
    assert "desk  what is pending  ok" in run("run", "list").out


@pytest.mark.parametrize("words", [(), ("list", "--repo", "desk")])
def test_the_group_lists(server, run, words):
    server.on("GET /runs", [a_run(parts=[])])
    ended = run("run", *words)

    for word in ("run-1", "desk", "install", "ok"):
        assert word in ended.out


def test_run_is_shown_and_followed(server, run):
    server.on("GET /runs/run-1", a_run("running", ended=0), a_run())

    assert "running" in run("run", "show", "run-1").out
    assert run("run", "show", "run-1", "--wait").code == 0


def test_run_is_cancelled_and_taken_up_again(server, run):
    server.on("POST /runs/run-1/cancel", a_run("cancelled"))
    server.on("POST /runs/run-1/retry", a_run())

    assert "cancelled" in run("run", "cancel", "run-1").out
    assert run("run", "retry", "run-1").code == 0
