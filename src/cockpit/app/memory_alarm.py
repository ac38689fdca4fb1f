"""The alarm that Redis runs out of memory: it fires when the doors close, and resolves."""

import time
from collections.abc import Callable
from typing import Any

from cockpit.bus import Log
from cockpit.events import Alarm

_MINUTE_S = 60


class MemoryAlarm:
    """Told when the doors close or open again.

    Args:
        log: Without admission: it must be able to say so.
        clock: Epoch seconds.
    """

    def __init__(self, log: Log, logger: Any, *, clock: Callable[[], float] = time.time) -> None:
        self._log = log
        self._logger = logger
        self._clock = clock

    def __call__(self, is_closed: bool, used: float) -> None:
        """Say it in the log of the process, and as an alarm; the same once a minute at most.

        Args:
            used: The share of the memory that is used, 0 to 1.

        Raises:
            OpsError: Redis is away.
        """
        tell = self._logger.error if is_closed else self._logger.info
        tell("doors_closed" if is_closed else "doors_opened", memory_used=round(used, 3))
        message = f"Redis uses {used:.0%} of its memory: doors "
        message += "answer 451 and 503 until it is less" if is_closed else "are open"
        now = int(self._clock())
        alarm = Alarm(
            service="cockpit!main",
            method="memory",
            severity="critical",
            status="firing" if is_closed else "resolved",
            msg=message,
            epoch=now,
            meta={"source": "cockpit"},
        )
        self._log.append(alarm, mark=f"memory:{is_closed}:{now // _MINUTE_S}")
