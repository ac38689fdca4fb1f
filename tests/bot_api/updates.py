"""The updates that wait for a bot, who is told of news, and the webhook that they are posted to."""

import ssl
import time
from collections.abc import Sequence
from typing import Any

import gevent
import urllib3
from gevent.event import Event

UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_FIRST_S, _LONGEST_S, _REPLY_S = 0.05, 1.0, 10.0


class News:
    """Wakes everybody who waits, each time that something changed."""

    def __init__(self) -> None:
        self._next = Event()

    def tell(self) -> None:
        told, self._next = self._next, Event()
        told.set()

    def wait(self, seconds: float) -> None:
        self._next.wait(max(0.0, seconds))


class Updates:
    """A queue that forgets what is confirmed.

    Attributes:
        newest: The id of the newest update; the next one is higher by one.
        pushed: All that ever were.
        waiting: Those that are not confirmed.
        handed: When each was given out first, in seconds of the monotonic clock.
        allowed: The kinds that the bot wants; all usual ones if empty.
    """

    def __init__(self, news: News) -> None:
        self._news = news
        self.newest = 100
        self.pushed: list[dict[str, Any]] = []
        self.waiting: list[dict[str, Any]] = []
        self.handed: dict[int, float] = {}
        self.allowed: Sequence[str] = ()
        self._again: set[int] = set()

    def push(self, update: dict[str, Any]) -> int:
        """Queue an update unless the bot wants none of its kind; returns its id."""
        told = {"update_id": self.newest + 1} | update
        self.newest = max(self.newest, told["update_id"])
        self.pushed.append(told)
        if self._is_wanted(told):
            self.waiting.append(told)
        self._news.tell()
        return told["update_id"]

    def again(self, update_id: int) -> None:
        """Give an update once more, whatever was confirmed.

        Raises:
            LookupError: There never was one.
        """
        found = [one for one in self.pushed if one["update_id"] == update_id]
        self.waiting.append(found[-1])
        self._again.add(update_id)
        self._news.tell()

    def confirm(self, offset: int) -> None:
        """Forget those before an id; a negative one keeps so many of the newest."""
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset > 0:
            self.waiting = [
                one
                for one in self.waiting
                if one["update_id"] >= offset or one["update_id"] in self._again
            ]

    def take(self, most: int) -> list[dict[str, Any]]:
        """Give out the oldest, which stay until they are confirmed."""
        taken = self.waiting[:most]
        for one in taken:
            self._again.discard(one["update_id"])
            self.handed.setdefault(one["update_id"], time.monotonic())
        return taken

    def taken(self) -> list[dict[str, Any]]:
        """Give out all that wait, and forget them."""
        found = self.take(len(self.waiting))
        self.waiting = []
        return found

    def done(self, update: dict[str, Any]) -> None:
        """Forget one."""
        self.waiting = [one for one in self.waiting if one is not update]
        self._news.tell()

    def _is_wanted(self, update: dict[str, Any]) -> bool:
        kinds = set(update) - {"update_id"}
        return bool(kinds & set(self.allowed) if self.allowed else kinds - UNASKED)


class Courier:
    """Posts updates to a webhook, one after the other, each until it is taken.

    Attributes:
        error: When the last refusal was, in epoch seconds, and its words; None if there was none.
    """

    def __init__(self, updates: Updates, news: News, url: str, secret: str, ca: str = "") -> None:
        self._updates = updates
        self._news = news
        self._url = url
        self._headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        trust = {"ssl_context": ssl.create_default_context(cadata=ca)} if ca else {}
        self._pool = urllib3.PoolManager(retries=False, timeout=_REPLY_S, **trust)
        self.error: tuple[int, str] | None = None
        self._running = gevent.spawn(self._run)

    def stop(self) -> None:
        self._running.kill()
        self._pool.clear()

    def _run(self) -> None:
        pause_s = _FIRST_S
        while True:
            if not self._updates.waiting:
                self._news.wait(60.0)
            elif self._post(self._updates.take(1)[0]):
                pause_s = _FIRST_S
            else:
                gevent.sleep(pause_s)
                pause_s = min(_LONGEST_S, pause_s * 2)

    def _post(self, update: dict[str, Any]) -> bool:
        try:
            answer = self._pool.request("POST", self._url, json=update, headers=self._headers)
        except urllib3.exceptions.HTTPError as error:
            self._failed(f"Connection failed: {type(error).__name__}")
            return False
        if not 200 <= answer.status < 300:
            self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
            return False
        self._updates.done(update)
        return True

    def _failed(self, words: str) -> None:
        self.error = (int(time.time()), words)
        self._news.tell()
