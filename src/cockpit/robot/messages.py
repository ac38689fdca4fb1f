"""Messages to people: stored before anybody is told, and held until everybody whom they mean is.

put → held → mailed (everybody has it, by mail or chat), or over (its question ended, or its time)
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from cockpit.bus import Made, Pipe, Script, keys

STATES = ("held", "mailed", "over")
_AGAIN_S = 60
_BATCH = 500


class Message(msgspec.Struct, frozen=True):
    """A message as people see it; times in epoch seconds.

    Attributes:
        who: Whom the action meant: people, groups or calendars, separated by commas.
        to: The people that this is; empty as long as nobody of them can be reached.
        mails: person → the mail that they got.
        chats: person → what brought it to them in a chat.
        question: The question that it asks; "" for one that only tells.
        backup: Those of a calendar who are asked as well from `backup_at` on.
    """

    id: str
    state: str
    repo: str
    service: str
    job: str
    who: str
    text: str
    to: list[str] = []
    mails: dict[str, str] = {}
    chats: dict[str, str] = {}
    question: str = ""
    backup: list[str] = []
    backup_at: float = 0
    epoch: float = 0

    @property
    def key(self) -> str:
        """Its hash, which also keeps who got it by what."""
        return keys.message(self.id)


class Messages:
    """The messages of one cockpit.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, pipe: Pipe, *, clock: Callable[[], float] = time.time) -> None:
        self._pipe = pipe
        self._clock = clock
        self._put = Script("cockpit.robot", "message")
        self._brought = Script("cockpit.robot", "brought")

    def put(
        self,
        made: Made,
        *,
        service: str,
        who: str,
        to: Sequence[str],
        text: str,
        question: str = "",
        backup: Sequence[str] = (),
        backup_s: float = 0,
    ) -> tuple[Message, bool]:
        """Store a message, or find the one that this call of the job made before.

        Args:
            service: `<repo>/<key>`.
            backup_s: Seconds until the backup gets it too.

        Returns:
            The message as it was stored first, and whether this call stored it.
        """
        now_ms = int(self._clock() * 1000)
        fields: dict[str, Any] = {
            "service": service,
            "job": made.job,
            "who": who,
            "to": msgspec.json.encode(list(to)),
            "text": text,
            "question": question,
            "backup": msgspec.json.encode(list(backup)),
            "backup_at": now_ms + int(backup_s * 1000),
        }
        flat = [part for pair in fields.items() for part in pair]
        name = hashlib.blake2b(f"{made.job}:{made.slot}".encode(), digest_size=8).hexdigest()
        is_new = self._pipe.run(self._put, (keys.message(name),), (name, now_ms, *flat))
        return self.find([name])[0], bool(is_new)

    def find(self, ids: Sequence[str]) -> list[Message]:
        """Read messages, leaving out those that are gone."""
        rows = self._pipe.calls([("HGETALL", keys.message(one)) for one in ids])
        return [_message(one, flat) for one, flat in zip(ids, rows, strict=True) if flat]

    def newest(self, limit: int, state: str = "") -> list[Message]:
        """List messages, newest first."""
        ids = [raw.decode() for raw in self._pipe.call("ZREVRANGE", keys.MESSAGES, 0, -1)]
        return [one for one in self.find(ids) if state in ("", one.state)][:limit]

    def held(self) -> list[Message]:
        """List those that somebody whom they mean has not got, oldest first.

        This is also where a further door finds what it can take over: what nobody could receive
        before it was there.
        """
        ids = [raw.decode() for raw in self._pipe.call("ZRANGE", keys.MESSAGES_DUE, 0, -1)]
        return [one for one in self.find(ids) if one.state == "held"]

    def due(self) -> list[Message]:
        """List those with something to be done now: a try to reach people, or the backup."""
        now_ms = int(self._clock() * 1000)
        ids = self._pipe.call("ZRANGE", keys.MESSAGES_DUE, 0, now_ms, "BYSCORE", "LIMIT", 0, _BATCH)
        return self.find([raw.decode() for raw in ids])

    def hurry(self) -> None:
        """Make due now all that waits; a backup still has its own time."""
        for raw in self._pipe.call("ZRANGE", keys.MESSAGES_DUE, 0, -1):
            self._pipe.call("ZADD", keys.MESSAGES_DUE, "XX", int(self._clock() * 1000), raw)

    def note(self, message: Message, to: Sequence[str], state: str) -> None:
        """Record whom it means now and how far it is: `held` or `mailed`."""
        awaited = [message.backup_at] if set(message.backup) - set(to) else []
        if state == "held":
            awaited.append(self._clock() + _AGAIN_S)
        due: tuple[Any, ...] = ("ZREM", keys.MESSAGES_DUE, message.id)
        if awaited:
            due = ("ZADD", keys.MESSAGES_DUE, int(min(awaited) * 1000), message.id)
        fields = ("to", msgspec.json.encode(list(to)), "state", state)
        self._pipe.calls([("HSET", message.key, *fields), due])

    def brought(self, message_id: str, person: str, what: str) -> bool:
        """Record what brought a message to a person in a chat; tells whether it is still there."""
        field = f"chat:{person}"
        return bool(self._pipe.run(self._brought, (keys.message(message_id),), (field, what)))

    def end(self, message: Message) -> None:
        """Let it go: nobody need be reached any more."""
        state = "over" if message.state == "held" else message.state
        self._pipe.calls(
            [("HSET", message.key, "state", state), ("ZREM", keys.MESSAGES_DUE, message.id)]
        )

    def trim(self, before: float) -> None:
        """Forget messages that were put before a moment (epoch seconds), also those held."""
        edge = ("-inf", int(before * 1000), "BYSCORE", "LIMIT", 0, _BATCH)
        ids = [raw.decode() for raw in self._pipe.call("ZRANGE", keys.MESSAGES, *edge)]
        for one in ids:
            self._pipe.calls(
                [
                    ("DEL", keys.message(one)),
                    ("ZREM", keys.MESSAGES_DUE, one),
                    ("ZREM", keys.MESSAGES, one),
                ]
            )


def _message(name: str, flat: list[bytes]) -> Message:
    text = [part.decode("utf-8", "replace") for part in flat]
    found = dict(zip(text[::2], text[1::2], strict=True))
    repo, _, service = found["service"].partition("/")
    return Message(
        id=name,
        state=found["state"],
        repo=repo,
        service=service,
        job=found["job"],
        who=found["who"],
        text=found["text"],
        to=msgspec.json.decode(found["to"], type=list[str]),
        mails=_people(found, "mail:"),
        chats=_people(found, "chat:"),
        question=found["question"],
        backup=msgspec.json.decode(found["backup"], type=list[str]),
        backup_at=int(found["backup_at"]) / 1000,
        epoch=int(found["epoch"]) / 1000,
    )


def _people(fields: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {name[len(prefix) :]: what for name, what in fields.items() if name.startswith(prefix)}
