"""Lanes: what belongs to one chat is done in order, and no chat waits for another.

put → the lane of its name → worked off by a greenlet of its own, which ends with its lane
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import gevent

from cockpit.errors import OpsError

_MOST = 1_000
_LOOK_S = 1.0


class Lanes:
    """Works off entries.

    Args:
        work: Does entries in order; returns what keeps it from going on, as Redis away.
    """

    def __init__(self, work: Callable[[Sequence[Any]], OpsError | None]) -> None:
        self._work = work
        self._waiting: dict[str, deque[Any]] = {}
        self._working: dict[str, gevent.Greenlet] = {}
        self._error: OpsError | None = None

    def put(self, name: str, entries: Sequence[Any]) -> None:
        """Let entries be done, after those that wait in this lane."""
        self._waiting.setdefault(name, deque()).extend(entries)
        if name not in self._working:
            self._working[name] = gevent.spawn(self._run, name)

    def check(self) -> None:
        """Wait while too much waits.

        Raises:
            OpsError: A lane cannot go on: all must begin anew, with what is not acknowledged.
        """
        while self._error is None and sum(map(len, self._waiting.values())) > _MOST:
            gevent.joinall(list(self._working.values()), timeout=_LOOK_S, count=1)
        if self._error is not None:
            raise self._error

    def kill(self) -> None:
        """End all of them: whoever reads next takes what is left."""
        gevent.killall(list(self._working.values()))

    def _run(self, name: str) -> None:
        try:
            while self._error is None and (entries := self._waiting.pop(name, None)):
                self._error = self._work(entries) or self._error
        finally:
            del self._working[name]
