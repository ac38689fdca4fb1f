"""The time that an attempt may take, which does not pass while it waits for an answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import gevent


class Timeout(BaseException):
    """An attempt took longer than it may; an action's `except Exception` does not stop it."""


class TimeLimit:
    """Raises `Timeout` in the greenlet that entered it, so many seconds later."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._timer = gevent.Timeout(seconds, Timeout)

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._timer.close()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Let no time pass inside; afterwards all of it is there again."""
        self._timer.close()
        try:
            yield
        finally:
            self._timer = gevent.Timeout(self._seconds, Timeout)
            self._timer.start()
