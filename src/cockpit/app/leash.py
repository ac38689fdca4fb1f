"""Ties a child process to its parent: when the parent dies, however, the kernel kills the child."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
"""See: prctl(2)."""


def leash(number: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """Return what the child must call between fork and exec (`preexec_fn`).

    Call it in the process that will fork, from the main thread: the kernel watches the thread that
    forked, not its process.
    """
    # Everything is looked up before the fork; PyDLL keeps the interpreter's lock in the child.
    prctl = ctypes.PyDLL(None).prctl
    prctl.argtypes = (ctypes.c_int, ctypes.c_ulong)
    parent = os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, number)
        # The parent may have died before the call; then no signal comes.
        if os.getppid() != parent:
            os._exit(1)

    return tie
