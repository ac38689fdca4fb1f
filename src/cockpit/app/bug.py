"""What is nobody's fault but ours: logged as an error, and published as an eco."""

import time
from collections.abc import Callable
from typing import Any

from cockpit import eco
from cockpit.bus import Log
from cockpit.errors import OpsError


class Reporter:
    """Told of every exception that reaches an edge.

    Args:
        events: Counts what is alike.
        where: Category of the ecos.
        node: Gives where this runs.
    """

    def __init__(
        self,
        events: Log,
        logger: Any,
        where: str,
        *,
        node: Callable[[], eco.Node] = eco.Node,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._node = node
        self._events = events
        self._logger = logger
        self._where = where
        self._clock = clock

    def __call__(self, error: BaseException) -> None:
        """Log an exception; a bug becomes an eco as well. Never raises."""
        if isinstance(error, OpsError):
            self._logger.warning("trouble_coped_with", where=self._where, error=str(error))
            return
        self._logger.error("bug_found", where=self._where, exc_info=error)
        try:
            found = eco.capture(error, self._where, epoch=int(self._clock()), node=self._node())
            self._events.append(found)
        except Exception as second:  # noqa: BLE001 - the log line above is what is left to do
            self._logger.warning("eco_not_published", error=str(second))
