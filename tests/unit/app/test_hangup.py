import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, TextIO

import pytest

PROGRAM = """
import signal, sys
from gevent import monkey; monkey.patch_all()
from gevent.event import Event
from cockpit.app.hangup import Hangup

if "nohup" in sys.argv:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
over, reads = Event(), []

def say(text):
    with open(sys.argv[1], "a") as file:
        file.write(text + "\\n")

def reread():
    reads.append(1)
    say(f"read {len(reads)}")
    if len(reads) == 1 and "bug" in sys.argv:
        raise ValueError("a bug")
    if "bug" not in sys.argv or len(reads) == 2:
        over.set()

def end():
    say("end")
    over.set()

hangup = Hangup()
hangup.start(reread=reread, end=end, report=lambda error: say(str(error)))
say("listens")
over.wait(60)
hangup.stop()
"""
# Runs a program on a terminal, and closes the terminal once its own input ends.
TERMINAL = """
import os, pty, sys
pid, master = pty.fork()
if pid == 0:
    os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
sys.stdin.read()
os.close(master)
os.waitpid(pid, 0)
"""


class Told(NamedTuple):
    """A pipe by which the program tells what it does."""

    path: Path
    file: TextIO

    def line(self):
        return self.file.readline().strip()


@pytest.fixture
def told(tmp_path):
    path = tmp_path / "told"
    os.mkfifo(path)
    # Opened for both, it does not wait for a writer, and has no end between two of them.
    with os.fdopen(os.open(path, os.O_RDWR)) as file:
        yield Told(path, file)


def test_each_signal_reads_again_also_after_a_bug(told):
    words = [sys.executable, "-c", PROGRAM, str(told.path), "bug"]
    with subprocess.Popen(words, start_new_session=True) as program:
        heard = [told.line()]
        program.send_signal(signal.SIGHUP)
        heard += [told.line(), told.line()]
        program.send_signal(signal.SIGHUP)
        heard += [told.line()]

    assert heard == ["listens", "read 1", "a bug", "read 2"]
    assert program.returncode == 0


@pytest.mark.parametrize(("words", "then"), [((), "end"), (("nohup",), "read 1")])
def test_a_terminal_that_is_closed_is_the_end_unless_that_was_not_wanted(told, words, then):
    line = [sys.executable, "-c", TERMINAL, PROGRAM, str(told.path), *words]
    with subprocess.Popen(line, stdin=subprocess.PIPE, start_new_session=True) as terminal:
        first = told.line()
        terminal.stdin.close()

        assert (first, told.line()) == ("listens", then)
