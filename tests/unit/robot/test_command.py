import os
import sys
import time
from pathlib import Path

import gevent
import pytest

from cockpit.errors import InputError, OpsError
from cockpit.robot.command import TIMED_OUT, execute

# Starts a child in the background that would live on, tells its pid, and waits.
SPAWN = "sleep 60 & echo $! > pid; wait"


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


def wait_for(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        gevent.sleep(0.01)


def test_output_and_code_come_back():
    done = execute(
        [sys.executable, "-c", "import sys; print(input()); sys.exit('no')"],
        timeout_s=20,
        stdin="hi",
        die=False,
    )

    assert (done.code, done.out, done.err) == (1, "hi\n", "no\n")


def test_text_is_for_the_shell():
    assert execute("echo a b | tr a-z A-Z", timeout_s=20).out == "A B\n"


def test_failure_raises_with_what_it_said():
    with pytest.raises(OpsError, match="'echo no room >&2; exit 3' failed with 3: no room"):
        execute("echo no room >&2; exit 3", timeout_s=20)


def test_command_that_does_not_exist_is_the_callers_fault():
    with pytest.raises(InputError, match="No such file"):
        execute(["no-such-command"], timeout_s=20)


def test_time_out_kills_the_whole_group(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OpsError, match="took longer than"):
        execute(SPAWN, timeout_s=0.5)

    wait_for(lambda: is_gone(int((tmp_path / "pid").read_text())))


def test_caller_that_is_killed_takes_the_group_with_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    caller = gevent.spawn(execute, SPAWN, timeout_s=60)
    wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    caller.kill()

    wait_for(lambda: is_gone(int((tmp_path / "pid").read_text())))


def test_all_of_long_output_comes_back():
    done = execute("yes | head -c 5000000; echo end", timeout_s=20)

    assert len(done.out) == 5_000_004
    assert done.out.endswith("end\n")


@pytest.mark.parametrize("to", ["", " >&2"])
def test_output_without_end_is_stopped_and_said(to):
    with pytest.raises(OpsError, match=r"'yes.*' wrote more than 16 MiB"):
        execute(f"yes{to}", timeout_s=60, die=False)


def test_what_was_written_before_the_time_was_over_comes_back():
    done = execute("echo half; echo way >&2; sleep 60", timeout_s=1, die=False)

    assert (done.code, done.out, done.err) == (TIMED_OUT, "half\n", "way\n")
    with pytest.raises(OpsError, match=r"took longer than 1 s: half$"):
        execute("echo half; sleep 60 & exit", timeout_s=1)


def test_command_need_not_read_what_it_is_given():
    assert execute("exec 0<&-; echo done", timeout_s=20, stdin="x" * 10**6).out == "done\n"


def test_directory_is_the_one_that_is_named(tmp_path):
    assert execute("pwd", timeout_s=20, cwd=tmp_path).out == f"{tmp_path}\n"
    with pytest.raises(InputError, match=f"No such file or directory: .*{tmp_path}/no"):
        execute("pwd", timeout_s=20, cwd=tmp_path / "no")
