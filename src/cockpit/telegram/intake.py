"""Updates become events in the log; Telegram is told that it may forget them only after that.

update → event → Log.append with its number as mark → stored
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import gevent

from cockpit.bus import Log
from cockpit.errors import InputError, OpsError
from cockpit.events import Telegram
from cockpit.telegram.update import event_of

_DAY_S = 86_400
_KEEP_MARK_S = 7 * _DAY_S


class Intake:
    """Takes the updates of one bot.

    Args:
        log: Asks for admission, as the logs of all doors do.
        bot: What names it and is no secret: its numeric id.
        username: Gives its name, once that is known.
        refused: Told of what is no update, and why.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        log: Log,
        *,
        bot: str,
        username: Callable[[], str],
        refused: Callable[[Any, str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._log = log
        self._bot = bot
        self._username = username
        self._refused = refused
        self._clock = clock
        self.taken = 0

    def mark(self, update: int) -> str:
        """Return the name by which a repeated update is known."""
        return f"telegram:{self._bot}:{update}"

    def take(self, updates: Sequence[Any]) -> None:
        """Store updates, in order; those that were stored before are no second event.

        Raises:
            OpsError: Redis is away or full: none may be forgotten.
        """
        found = [event for update in updates if (event := self._event(update))]
        # PERF: begun together they share round trips; each begins in its turn, so order is kept.
        begun = [gevent.spawn(self._append, event) for event in found]
        gevent.joinall(begun)
        for one in begun:
            if isinstance(one.value, OpsError):
                raise one.value
            self.taken += bool(one.get())

    def _event(self, update: Any) -> Telegram | None:
        given = update if isinstance(update, dict) else {}
        try:
            return event_of(given, bot=self._username(), epoch=int(self._clock()))
        except InputError as error:
            self._refused(update, str(error))
            return None

    def _append(self, event: Telegram) -> bool | OpsError:
        mark = self.mark(event.meta["update"])
        try:
            return self._log.append(event, mark=mark, keep_mark_s=_KEEP_MARK_S).is_new
        except OpsError as error:
            return error  # Raised by whoever waits: a greenlet would print it.
