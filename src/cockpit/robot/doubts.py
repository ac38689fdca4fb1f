"""Ecos about filters that could not be evaluated, so that somebody hears of them."""

import contextlib
import time
from collections.abc import Callable, Iterable

from cockpit import events
from cockpit.bus import Log
from cockpit.errors import QuotaError
from cockpit.robot.sieve import Refused

_AGAIN_S = 3600


class Doubts:
    """Publishes one eco for each line, at most once an hour.

    What fails on an eco is recorded in its trail and not published: it would go in circles.
    """

    def __init__(self, log: Log, *, clock: Callable[[], float] = time.time) -> None:
        self._log = log
        self._clock = clock

    def __call__(self, event: events.Event, failed: Iterable[Refused]) -> None:
        """Take note of the filters that failed on an event.

        Raises:
            OpsError: Redis is away.
        """
        if isinstance(event, events.Eco):
            return
        for one in failed:
            file, _, line = one.line.partition(":")
            place = f"{one.repo}/{one.line}"
            eco = events.Eco(
                eco_type="INPUT",
                app_name="robot",
                error_msg=f"{place}: {one.why}",
                func_filename=f"{one.repo}/{file}",
                line_nbr=int(line or 0),
                epoch=int(self._clock()),
                meta={"source": "robot", "parent": event.id},
            )
            with contextlib.suppress(QuotaError):  # It was counted.
                self._log.append(eco, mark=f"filter:{place}", keep_mark_s=_AGAIN_S)
