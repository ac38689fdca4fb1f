"""`j.sal.process`: processes of this machine."""

import os
import signal

from JumpScale import exceptions
from JumpScale.command import execute

__all__ = ["execute", "isPidAlive", "kill"]


def isPidAlive(pid: int) -> bool:
    """Tell whether a process is there, ours or another's."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def kill(pid: int, sig: int | None = None) -> None:
    """Send a signal to a process; SIGKILL when none is named.

    Raises:
        RuntimeError: There is no such process, or it is another's; `j.exceptions.RuntimeError`.
    """
    # 0 and below are whole groups, this process among them.
    if pid <= 0:
        raise exceptions.RuntimeError(f"process {pid}: is none")
    try:
        os.kill(pid, signal.SIGKILL if sig is None else sig)
    except OSError as e:
        raise exceptions.RuntimeError(f"process {pid}: {e.strerror}") from e
