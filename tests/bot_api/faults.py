"""What goes wrong with Telegram because a test wants it, or because too much is asked of it."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from bot_api.world import RefusedError

PER_S = 30
# How many messages to one chat in how many seconds.
ONE_CHAT, ONE_GROUP = (3, 3.0), (20, 60.0)


@dataclass(frozen=True)
class Fault:
    """One answer that is not what the bot hopes for; without an error the answer is lost."""

    method: str
    error: RefusedError | None


class Faults:
    """Those that wait for a request of their method."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def fail(self, method: str, code: int, description: str, times: int, retry_after: int) -> None:
        words = description or HTTPStatus(code).phrase
        if not description and retry_after:
            words += f": retry after {retry_after}"
        self._waiting += [Fault(method, RefusedError(code, words, retry_after))] * times

    def lose(self, method: str) -> None:
        self._waiting.append(Fault(method, None))

    def take(self, method: str) -> Fault | None:
        """Return the next one for a method, which is over with that."""
        found = next((one for one in self._waiting if one.method == method), None)
        if found:
            self._waiting.remove(found)
        return found


class Limits:
    """How fast a bot may write: to all, to one chat, to one group. Edits count as messages."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all: deque[float] = deque(maxlen=PER_S)
        self._chats: dict[int | str, deque[float]] = {}

    def note(self, chat: int | str) -> None:
        """Count a message.

        Raises:
            RefusedError: It is one too many, and is not counted.
        """
        now = self._clock()
        is_person = isinstance(chat, int) and chat > 0
        most, within_s = ONE_CHAT if is_person else ONE_GROUP
        here = self._chats.setdefault(chat, deque(maxlen=most))
        wait_s = max(_wait_s(self._all, 1.0, now), _wait_s(here, within_s, now))
        if wait_s > 0:
            after = math.ceil(wait_s)
            raise RefusedError(429, f"Too Many Requests: retry after {after}", after)
        self._all.append(now)
        here.append(now)


def _wait_s(times: deque[float], within_s: float, now: float) -> float:
    """Seconds until the oldest of as many as there may be is long enough ago."""
    return times[0] + within_s - now if len(times) == times.maxlen else 0.0
