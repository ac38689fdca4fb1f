"""Asks Telegram for updates, again and again, whatever the network does.

getUpdates (waits) → Intake: stored → the next request says that they may be forgotten
"""

import random
import time
from collections.abc import Callable
from typing import Any

import gevent

from cockpit.errors import OpsError
from cockpit.telegram.client import BusyError, Client, ConflictingError, RefusedError
from cockpit.telegram.intake import Intake

_WAIT_S = 25
_SHORTEST_S = 0.5
_LONGEST_S = 30.0
_DAY_S = 86_400.0
_SOON_S = 0.3


class Poller:
    """Takes the updates of one bot by long polling.

    Args:
        on_trouble: Told once of each different trouble, and "" when it is over.
        clock: Epoch seconds; `elapsed` seconds of a clock that only goes on.
        rng: Spreads the pauses: two that poll would meet again and again.
    """

    def __init__(
        self,
        client: Client,
        intake: Intake,
        *,
        on_trouble: Callable[[str], None],
        clock: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Any] = gevent.sleep,
        rng: random.Random | None = None,
        wait_s: int = _WAIT_S,
    ) -> None:
        self._client = client
        self._intake = intake
        self._on_trouble = on_trouble
        self._clock = clock
        self._elapsed = elapsed
        self._sleep = sleep
        self._rng = rng or random.Random()  # noqa: S311 - spread, not secrets
        self._wait_s = wait_s
        self._offset = 0
        self._failures = 0
        self._moved = clock()
        self.last_epoch = 0.0

    def run(self) -> None:
        """Poll until killed."""
        while True:
            self.poll()

    def poll(self) -> None:
        """Ask once, and wait a while when that failed."""
        began = self._elapsed()
        try:
            # The first answer comes at once: it tells that there is a way to Telegram.
            wait_s = self._wait_s if self.last_epoch else 0
            updates = self._client.get_updates(self._offset, wait_s=wait_s)
            self._intake.take(updates)
        except (OpsError, RefusedError) as error:
            self._wait(error)
            return
        if not updates and self.last_epoch and self._elapsed() - began < _SOON_S:
            self._sleep(_SOON_S)  # One that does not wait as it was asked is not asked in a rush.
        if self._failures:
            self._on_trouble("")
        self._failures = 0
        self.last_epoch = self._clock()
        numbers = [one.get("update_id") for one in updates if isinstance(one, dict)]
        whole = [number for number in numbers if isinstance(number, int)]
        if whole:
            self._offset, self._moved = whole[-1] + 1, self.last_epoch
        elif self.last_epoch - self._moved > _DAY_S:
            # After a week without any, Telegram begins anew at a number of its choice.
            self._offset = 0

    def _wait(self, error: OpsError | RefusedError) -> None:
        self._failures += 1
        self._on_trouble(str(error))
        if isinstance(error, BusyError):
            self._sleep(error.after_s)
            return
        usual = min(_LONGEST_S, _SHORTEST_S * 2.0 ** min(self._failures, 10))
        if isinstance(error, ConflictingError):
            usual = min(usual, 5.0)
            self._unhook()
        self._sleep(min(_LONGEST_S, usual * self._rng.uniform(0.5, 1.5)))

    def _unhook(self) -> None:
        """Take away a webhook that somebody set: nothing comes by polling while there is one."""
        try:
            self._client.delete_webhook()
        except (OpsError, RefusedError):
            return  # It is tried again with the next conflict.
