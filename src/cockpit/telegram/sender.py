"""Sends what waits, chat by chat, as fast as Telegram allows; no chat holds up another.

due chats → pace → a greenlet for each → Client → settled: sent, later, or dead
"""

import contextlib
import time
from collections.abc import Callable
from typing import Any

import gevent
from gevent.event import Event
from gevent.pool import Pool

from cockpit.errors import InputError, OpsError
from cockpit.stor import Stor
from cockpit.telegram.client import BusyError, Client, RefusedError
from cockpit.telegram.outgoing import Message, Outgoing, State
from cockpit.telegram.pace import Pace, again_s
from cockpit.telegram.text import MOST_UNITS, Text

_END_S = 2.0
_AT_ONCE = 16
_MOST_PARTS = 4
_CAPTION = 1000
_LONGEST_PAUSE_S = 60.0
_FORBIDDEN = 403
_NO_BOT = (401, 404)
"""The token is none, or no longer one: that says nothing about a message."""

_LOST_S = 30.0


class Sender:
    """Sends messages of one bot.

    Args:
        report: Told of what nobody expected.
        clock: Seconds, of any clock that only goes on.
    """

    def __init__(
        self,
        client: Client,
        outgoing: Outgoing,
        stor: Stor,
        *,
        report: Callable[[BaseException], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._outgoing = outgoing
        self._stor = stor
        self._report = report
        self._clock = clock
        self._pace = Pace()
        self._pool = Pool(_AT_ONCE)
        self._busy: set[int | str] = set()
        self._woken = Event()
        self.error = ""

    def wake(self) -> None:
        """Look at once: something waits."""
        self._woken.set()

    def run(self) -> None:
        """Send until killed.

        Raises:
            OpsError: Redis is away.
        """
        try:
            while True:
                self._woken.clear()
                next_s = self.round()
                self._woken.wait(min(1.0, max(0.005, next_s)))
        finally:
            # What Telegram has and nobody noted would be sent again after the next start.
            self._pool.join(timeout=_END_S)
            self._pool.kill()

    def round(self) -> float:
        """Begin to send what may go now; returns the seconds until more may."""
        # Asked before: a chat whose message arrives meanwhile is due later than `due` says.
        busy = set(self._busy)
        ready, next_s = self._outgoing.due()
        for chat in ready:
            if chat in busy:
                continue
            while (wait := self._pace.wait_s(self._clock())) > 0:
                gevent.sleep(wait)
            self._pace.note(self._clock())
            self._busy.add(chat)
            self._pool.spawn(self._send_to, chat)
        return next_s

    def _send_to(self, chat: int | str) -> None:
        message = None
        try:
            message = self._outgoing.head(chat)
            if message is not None:
                self._try(message)
        except OpsError:
            return  # Redis is away; the chat stays due.
        except Exception as error:  # noqa: BLE001 - one message must not end the others
            self._report(error)
            if message is not None:
                self._later(message, list(message.numbers), OpsError(repr(error)), _LONGEST_PAUSE_S)
        finally:
            self._busy.discard(chat)
            self._woken.set()

    def _try(self, message: Message) -> None:
        numbers = list(message.numbers)
        pause_s = again_s(message.chat)
        try:
            is_whole = self._send(message, numbers)
        except BusyError as error:
            self._pace.rest(self._clock() + min(1.0, error.after_s))
            self._later(message, numbers, error, error.after_s)
        except RefusedError as error:
            if error.code in _NO_BOT:
                self._pace.rest(self._clock() + 1.0)
                self._later(message, numbers, error, _LOST_S)
            else:
                self._outgoing.settle(
                    message, "dead", again_s=pause_s, numbers=numbers, error=error.description
                )
        except OpsError as error:
            self._later(message, numbers, error, _backoff_s(message.tries))
        else:
            self.error = ""
            state: State = "sent" if is_whole else "queued"
            told = {"numbers": numbers, "begun": message.version, "error": ""}
            self._outgoing.settle(message, state, again_s=pause_s, **told)

    def _later(
        self, message: Message, numbers: list[int], error: InputError | OpsError, pause_s: float
    ) -> None:
        self.error = str(error)
        self._outgoing.settle(
            message,
            "queued",
            again_s=pause_s,
            numbers=numbers,
            tries=message.tries + 1,
            error=str(error),
        )

    def _send(self, message: Message, numbers: list[int]) -> bool:
        """Send the next part of a message, or edit it; `numbers` grows as its parts are there.

        Returns:
            Whether all of it is there.
        """
        if message.document:
            self._send_file(message, numbers)
            return True
        is_change = bool(numbers) and message.begun != message.version
        if is_change:
            self._forget(message.chat, numbers)
            text = message.text.ends(MOST_UNITS).stripped() or Text("…")
            self._edit(message, numbers, text)
            return True
        if message.text.units > _MOST_PARTS * MOST_UNITS:
            self._send_long(message, numbers)
            return True
        parts = message.text.split() or [Text("…")]
        if len(numbers) < len(parts):
            part = parts[len(numbers)]
            rows = message.rows if len(numbers) == len(parts) - 1 else []
            options = _options(message, part, rows)
            numbers.append(self._client.send_message(message.chat, part.plain, **options))
        return len(numbers) >= len(parts)

    def _forget(self, chat: int | str, numbers: list[int]) -> None:
        """Take away the other parts of a message that says something else now in its first."""
        while len(numbers) > 1:
            with contextlib.suppress(RefusedError):  # It is gone, or too old.
                self._client.delete_message(chat, numbers[-1])
            numbers.pop()

    def _edit(self, message: Message, numbers: list[int], text: Text) -> None:
        options = _options(message, text, message.rows)
        options.pop("disable_notification", None)
        try:
            self._client.edit_message(message.chat, numbers[0], text.plain, **options)
        except RefusedError as error:
            if "not modified" in error.description:
                return
            if error.code == _FORBIDDEN or "message" not in error.description.lower():
                raise
            # It was deleted, or is too old: what it says now is said anew.
            options = _options(message, text, message.rows)
            numbers[:] = [self._client.send_message(message.chat, text.plain, **options)]

    def _send_file(self, message: Message, numbers: list[int]) -> None:
        if numbers:
            return
        space, _, digest = message.document.partition("/")
        with self._stor.open(space, digest) as file:
            content = file.read()
        self._document(message, numbers, message.name or digest, content)

    def _send_long(self, message: Message, numbers: list[int]) -> None:
        if not numbers:
            self._document(message, numbers, "message.txt", message.text.plain.encode())

    def _document(self, message: Message, numbers: list[int], name: str, content: bytes) -> None:
        caption = message.text.short(_CAPTION)
        options = _options(message, caption, message.rows)
        options.pop("link_preview_options")
        if entities := options.pop("entities", None):
            options["caption_entities"] = entities
        numbers.append(
            self._client.send_document(
                message.chat, name, content, caption=caption.plain, **options
            )
        )


def _backoff_s(tries: int) -> float:
    return min(_LONGEST_PAUSE_S, 2.0 ** min(tries, 10) / 2)


def _options(message: Message, text: Text, rows: list[list[dict[str, Any]]]) -> dict[str, Any]:
    options: dict[str, Any] = {"link_preview_options": {"is_disabled": True}}
    if text.marks:
        options["entities"] = text.entities()
    if rows:
        options["reply_markup"] = {"inline_keyboard": rows}
    if message.quiet:
        options["disable_notification"] = True
    return options
