import os
import select
import subprocess
import sys

from cockpit.app.leash import leash

PARENT = """
import subprocess, sys
from cockpit.app.leash import leash
child = subprocess.Popen(["sleep", "60"], preexec_fn=leash(), start_new_session=True)
print(child.pid, flush=True)
sys.stdin.read()
"""


def ends(handle):
    return bool(select.select([handle], [], [], 20)[0])


def test_child_dies_with_its_killed_parent():
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=pipe, stdout=pipe) as parent:
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()

        assert ends(child)
    os.close(child)


def test_child_runs_on_while_its_parent_lives():
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", PARENT], stdin=pipe, stdout=pipe) as parent:
        child = os.pidfd_open(int(parent.stdout.readline()))

        assert not select.select([child], [], [], 0)[0]
        parent.kill()
    os.close(child)


def test_child_forked_by_another_process_than_the_one_that_called_ends_at_once():
    tie = leash()
    if (pid := os.fork()) == 0:
        # This process stands for one whose parent died before the leash was tied: its own parent
        # is the one that called, its child's is not.
        if (grandchild := os.fork()) == 0:
            tie()
            os._exit(0)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(grandchild, 0)[1]))
    _, status = os.waitpid(pid, 0)

    assert os.waitstatus_to_exitcode(status) == 1
