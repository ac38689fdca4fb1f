import os
import signal
import subprocess

import pytest

from JumpScale import j


@pytest.fixture
def sleeper():
    child = subprocess.Popen(["sleep", "600"])
    yield child
    child.kill()
    child.wait()


def test_it_runs_commands_as_do_execute_does():
    assert j.sal.process.execute("echo hello") == (0, "hello\n", "")


def test_a_process_that_is_there_is_alive(sleeper):
    assert j.sal.process.isPidAlive(os.getpid())
    assert j.sal.process.isPidAlive(1)
    assert j.sal.process.isPidAlive(sleeper.pid)


def test_a_process_that_was_killed_is_not(sleeper):
    j.sal.process.kill(sleeper.pid)

    assert sleeper.wait() == -signal.SIGKILL
    assert not j.sal.process.isPidAlive(sleeper.pid)


def test_a_process_gets_the_signal_named(sleeper):
    j.sal.process.kill(sleeper.pid, signal.SIGTERM)

    assert sleeper.wait() == -signal.SIGTERM


def test_a_process_that_is_not_there_cannot_be_killed(sleeper):
    sleeper.kill()
    sleeper.wait()

    with pytest.raises(j.exceptions.RuntimeError, match=f"process {sleeper.pid}: No such process"):
        j.sal.process.kill(sleeper.pid)


@pytest.mark.parametrize("pid", [0, -1])
def test_a_group_is_no_process(pid):
    with pytest.raises(j.exceptions.RuntimeError, match="is none"):
        j.sal.process.kill(pid, 0)
