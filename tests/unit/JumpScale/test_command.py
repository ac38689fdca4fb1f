import os
import sys
from pathlib import Path

import gevent
import pytest

from JumpScale import j


def test_it_returns_code_output_and_errors():
    done = j.do.execute("echo out; echo err >&2")

    assert done == (0, "out\n", "err\n")
    assert (done.rc, done.out, done.err) == (0, "out\n", "err\n")


def test_a_command_that_fails_raises_with_its_last_words():
    with pytest.raises(j.exceptions.RuntimeError, match=r"^echo no.*: exit code 3: no such disk$"):
        j.do.execute("echo no such disk >&2; exit 3")


def test_a_command_that_may_fail_returns_its_code():
    assert j.do.execute("exit 3", die=False) == (3, "", "")


def test_output_is_shown_unless_told_otherwise(capsys):
    j.do.execute("echo shown")
    j.do.execute("echo hidden", showout=False)

    assert capsys.readouterr().out == "shown\n"


def test_several_lines_run_as_one_script():
    assert j.do.execute("a=1\necho $a\n").out == "1\n"


def test_a_list_runs_without_a_shell():
    assert j.do.execute(["echo", "$HOME;"]).out == "$HOME;\n"


def test_it_runs_in_a_folder_with_variables(tmp_path):
    done = j.do.execute("pwd; echo $ONE $PATH", cwd=str(tmp_path), env={"ONE": "1"})

    assert done.out == f"{tmp_path}\n1 {os.environ['PATH']}\n"


def test_it_reads_nothing_from_the_one_who_started_it():
    assert j.do.execute("cat").out == ""


def test_output_that_is_no_text_is_still_told():
    assert j.do.execute(r"printf '\377'", showout=False).out == "�"


def test_words_in_the_output_can_make_it_fail_or_pass():
    with pytest.raises(j.exceptions.RuntimeError, match="exit code 0: FAILED"):
        j.do.execute("echo FAILED", errors=["FAILED"])

    assert j.do.execute("echo already there; exit 1", ok=["already there"]).rc == 1


def test_what_cannot_be_started_is_trouble_of_the_world():
    with pytest.raises(j.exceptions.OPERATIONS, match="no-such-program"):
        j.do.execute(["no-such-program"])


def test_a_command_that_takes_too_long_is_killed_with_its_children(tmp_path):
    line = f"sleep 600 & echo $! > {tmp_path}/pid; wait"
    with pytest.raises(j.exceptions.Timeout, match=r"took longer than 2 s"):
        j.do.execute(line, timeout=2)

    child = int((tmp_path / "pid").read_text())
    assert ended(child)


def test_a_command_is_killed_when_the_action_that_waits_is_ended(tmp_path):
    line = f"echo $$ > {tmp_path}/pid; sleep 600"
    with pytest.raises(gevent.Timeout), gevent.Timeout(0.5):
        j.do.execute(line)

    assert ended(int((tmp_path / "pid").read_text()))


def test_large_output_does_not_block():
    line = f"{sys.executable} -c \"print('x' * 1000000)\""

    assert len(j.do.execute(line, showout=False).out) == 1_000_001


def ended(pid):
    """Tell whether a process ends; one that init has not buried yet has ended too."""
    with gevent.Timeout(10):
        while True:
            try:
                state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                return True
            if state == "Z":
                return True
            gevent.idle()
