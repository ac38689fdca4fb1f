"""SIGHUP: read the settings again. A terminal that was closed sends it too, and that is an end."""

import os
import signal
from collections.abc import Callable

import gevent
from gevent.event import Event


class Hangup:
    """An ear for SIGHUP, from when it is made on; signals that come together count once."""

    def __init__(self) -> None:
        # Whoever starts a program with SIGHUP ignored (nohup) wants it to outlive its terminal.
        is_ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        self._has_terminal = not is_ignored and _has_terminal()
        self._rang = Event()
        gevent.signal_handler(signal.SIGHUP, self._rang.set)
        self._greenlet: gevent.Greenlet | None = None

    def start(
        self,
        *,
        reread: Callable[[], None],
        end: Callable[[], None],
        report: Callable[[BaseException], None],
    ) -> None:
        """Act from now on, also on what came before.

        Args:
            reread: Reads the settings again.
            end: Ends the process: the terminal that it was started from is gone.
            report: Told of an exception that is a bug.
        """
        self._greenlet = gevent.spawn(self._loop, reread, end, report)

    def stop(self) -> None:
        """Take no more notice."""
        if self._greenlet is not None:
            self._greenlet.kill()

    def _loop(
        self,
        reread: Callable[[], None],
        end: Callable[[], None],
        report: Callable[[BaseException], None],
    ) -> None:
        while True:
            self._rang.wait()
            self._rang.clear()
            is_closed = self._has_terminal and not _has_terminal()
            try:
                end() if is_closed else reread()
            except Exception as error:  # noqa: BLE001 - the boundary of this greenlet
                report(error)


def _has_terminal() -> bool:
    """Tell whether this process has a controlling terminal.

    See: tty(4), ENXIO.
    """
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True
