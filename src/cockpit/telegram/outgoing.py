"""Messages on their way to chats: stored first, each chat in order, until Telegram has them.

put → queued → sent, or dead: Telegram refuses it for good; dropped when somebody gave it up
change → what was not sent yet says the new, what was is edited

Rule 1: an id is put once, so whoever is interrupted may put it again.
Rule 2: of many changes before the next try only the last is sent.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec

from cockpit.bus import Pipe, Script, keys
from cockpit.errors import ConflictError, InputError
from cockpit.telegram.text import Mark, Text

State = Literal["queued", "sent", "dead", "dropped"]
_BATCH = 200
_SECOND_MS = 1000
_KEEP_NUMBER_S = 30 * 86_400

Rows = Sequence[Sequence[dict[str, Any]]]
"""Rows of buttons, each as the Bot API takes it."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a chat; times in epoch seconds.

    Attributes:
        chat: A chat's number, or `@name` of a channel.
        rows: Buttons below it.
        document: `<space>/<digest>` of a stored file that it brings, `name` is its name.
        quiet: It makes no sound.
        numbers: The ids that its parts have in the chat, as far as they were sent.
        version: Grows with each change; `begun` is the one that `numbers` are of.
        event: The event that it is about; "" is none.
    """

    id: str
    chat: int | str
    text: Text
    rows: list[list[dict[str, Any]]] = []
    document: str = ""
    name: str = ""
    quiet: bool = False
    state: State = "queued"
    numbers: list[int] = []
    version: int = 1
    begun: int = 0
    tries: int = 0
    error: str = ""
    epoch: float = 0
    event: str = ""


class Outgoing:
    """The messages of one cockpit.

    Args:
        wake: Told that something waits.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        pipe: Pipe,
        *,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pipe = pipe
        self._wake = wake
        self._clock = clock
        self._scripts = {
            name: Script("cockpit.telegram", name) for name in ("put", "change", "settle", "revive")
        }

    def put(
        self,
        name: str,
        chat: int | str,
        text: Text,
        *,
        rows: Rows = (),
        document: str = "",
        file_name: str = "",
        quiet: bool = False,
        event: str = "",
    ) -> bool:
        """Store a message; whether it is new, for one that was put stays as it is.

        Args:
            name: Names it, once and for all.

        Raises:
            OpsError: Redis is away.
        """
        fields = {
            **_body(text, rows),
            "document": document,
            "name": file_name,
            "quiet": int(quiet),
            "event": event,
        }
        args = (name, chat, self._now_ms(), *_flat(fields))
        is_new = bool(self._run("put", name, *args))
        self._wake()
        return is_new

    def change(self, name: str, text: Text, *, rows: Rows = ()) -> bool:
        """Let a message say something else; False when it is gone or was given up.

        Raises:
            OpsError: Redis is away.
        """
        is_there = bool(self._run("change", name, name, self._now_ms(), *_flat(_body(text, rows))))
        self._wake()
        return is_there

    def due(self) -> tuple[list[int | str], float]:
        """Return the chats that may be written to now, and the seconds until the next may."""
        now = self._now_ms()
        found = self._pipe.call(
            "ZRANGEBYSCORE", keys.TELEGRAM_DUE, "-inf", "+inf", "WITHSCORES", "LIMIT", 0, _BATCH
        )
        times = [
            (_chat(raw.decode()), int(float(at)))
            for raw, at in zip(found[::2], found[1::2], strict=True)
        ]
        ready = [chat for chat, at in times if at <= now]
        later = [at for _, at in times if at > now]
        return ready, (min(later) - now) / _SECOND_MS if later else 1.0

    def head(self, chat: int | str) -> Message | None:
        """Return what goes to a chat next."""
        while raw := self._pipe.call("LINDEX", keys.telegram_out(chat), 0):
            if found := self.find(raw.decode()):
                return found
            self._pipe.call("LPOP", keys.telegram_out(chat))
        self._pipe.call("ZREM", keys.TELEGRAM_DUE, chat)
        return None

    def settle(self, message: Message, state: State, *, again_s: float, **fields: Any) -> None:
        """Note how an attempt ended.

        Args:
            again_s: How long nothing more goes to its chat.
            fields: What changed of it: `numbers`, `tries`, `error`.
        """
        pause = max(1, int(again_s * _SECOND_MS))
        told = {
            key: msgspec.json.encode(value) if key == "numbers" else value
            for key, value in fields.items()
        }
        self._run(
            "settle", message.id, message.id, message.chat, message.version, state,
            self._now_ms() + pause, pause, *_flat({"tries": message.tries} | told),
        )  # fmt: skip

        for number in fields.get("numbers", ()):
            key = keys.telegram_told(message.chat, f"message-{number}")
            self._pipe.begin("SET", key, message.id, "EX", _KEEP_NUMBER_S)

    def by_number(self, chat: int, number: int) -> str:
        """Return the name of the message that has an id in a chat; "" when it is not ours."""
        raw = self._pipe.call("GET", keys.telegram_told(chat, f"message-{number}"))
        return raw.decode() if raw else ""

    def find(self, name: str) -> Message | None:
        """Return a message; None when it is gone."""
        flat = self._pipe.call("HGETALL", keys.telegram_message(name))
        return _message(name, flat) if flat else None

    def newest(self, limit: int, state: str = "") -> list[Message]:
        """List messages, newest first."""
        found: list[Message] = []
        start = 0
        while len(found) < limit:
            ids = self._pipe.call("ZREVRANGE", keys.TELEGRAM_MESSAGES, start, start + _BATCH - 1)
            rows = self._pipe.calls(
                [("HGETALL", keys.telegram_message(raw.decode())) for raw in ids]
            )
            messages = [
                _message(raw.decode(), flat) for raw, flat in zip(ids, rows, strict=True) if flat
            ]
            found += [one for one in messages if state in ("", one.state)]
            if len(ids) < _BATCH:
                break
            start += _BATCH
        return found[:limit]

    def retry(self, name: str) -> None:
        """Try a message again that was given up.

        Raises:
            InputError: There is none; ConflictError when it was not given up.
        """
        self._revive(name, "queued")
        self._wake()

    def drop(self, name: str) -> None:
        """Forget a message that was given up.

        Raises:
            InputError: There is none; ConflictError when it was not given up.
        """
        self._revive(name, "dropped")

    def figures(self) -> dict[str, int]:
        """Return how many are `queued` and `dead`, and how many were `sent`."""
        flat = self._pipe.call("HGETALL", keys.TELEGRAM_FIGURES)
        told = {raw.decode(): int(n) for raw, n in zip(flat[::2], flat[1::2], strict=True)}
        return {"queued": 0, "sent": 0, "dead": 0} | told

    def trim(self, before: float) -> None:
        """Forget messages that were put before a moment (epoch seconds) and wait no more."""
        edge, waiting = int(before * _SECOND_MS), 0
        while True:
            old = ("-inf", edge, "BYSCORE", "LIMIT", waiting, _BATCH)
            names = self._pipe.call("ZRANGE", keys.TELEGRAM_MESSAGES, *old)
            waiting += self._trim(names)
            if len(names) < _BATCH:
                return

    def _trim(self, names: Sequence[bytes]) -> int:
        """Forget messages; returns how many of them wait, and stay."""
        waiting = 0
        for raw in names:
            found = self.find(raw.decode())
            if found is not None and found.state == "queued":
                waiting += 1
                continue
            if found is not None and found.state == "dead":
                self._pipe.call("HINCRBY", keys.TELEGRAM_FIGURES, "dead", -1)
            self._pipe.calls(
                [
                    ("DEL", keys.telegram_message(raw.decode())),
                    ("ZREM", keys.TELEGRAM_MESSAGES, raw),
                ]
            )
        return waiting

    def _revive(self, name: str, state: str) -> None:
        was = self._run("revive", name, name, self._now_ms(), state).decode()
        if not was:
            raise InputError(f"there is no message {name:.80}")
        if was != "dead":
            raise ConflictError(f"message {name} is {was}: only what was given up can be moved")

    def _run(self, script: str, name: str, *args: Any) -> Any:
        return self._pipe.run(self._scripts[script], (keys.telegram_message(name),), args)

    def _now_ms(self) -> int:
        return int(self._clock() * _SECOND_MS)


def _body(text: Text, rows: Rows) -> dict[str, Any]:
    return {
        "text": text.plain,
        "marks": msgspec.json.encode(text.marks),
        "rows": msgspec.json.encode([list(row) for row in rows]),
    }


def _flat(fields: dict[str, Any]) -> list[Any]:
    return [part for pair in fields.items() for part in pair]


def _chat(text: str) -> int | str:
    return text if text.startswith("@") else int(text)


def _message(name: str, flat: list[bytes]) -> Message:
    texts = [part.decode("utf-8", "replace") for part in flat]
    told = dict(zip(texts[::2], texts[1::2], strict=True))
    marks = msgspec.json.decode(told["marks"], type=tuple[Mark, ...])
    state: Any = told["state"]
    return Message(
        id=name,
        chat=_chat(told["chat"]),
        text=Text(told["text"], marks),
        rows=msgspec.json.decode(told["rows"]),
        document=told["document"],
        name=told["name"],
        quiet=told["quiet"] == "1",
        state=state,
        numbers=msgspec.json.decode(told.get("numbers", "[]")),
        version=int(told["version"]),
        begun=int(told.get("begun", 0)),
        tries=int(told["tries"]),
        error=told.get("error", ""),
        epoch=int(told["epoch"]) / _SECOND_MS,
        event=told["event"],
    )
