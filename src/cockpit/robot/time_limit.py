# mypy: allow-untyped-calls
"""The time that an attempt may take, which does not pass while it waits for an answer."""

from collections.abc import Iterator
from contextlib import contextmanager

import gevent

OVERRUN_S = 5.0
"""How much longer than its limit an attempt may take before its process is killed."""


class Timeout(BaseException):
    """An attempt took longer than it may; an action's `except Exception` does not stop it."""


class TimeLimit(gevent.Timeout):
    """Raises `Timeout` in the greenlet that entered it, so many seconds later."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds, Timeout)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no time pass inside; afterwards all of it is there again."""
        self.cancel()
        try:
            yield
        finally:
            self.start()
