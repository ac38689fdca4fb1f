"""Mail on its way out: bytes and envelope, stored before anything else happens to them.

Until delivery is configured every mail is `held`: stored, visible, and nothing leaves.
"""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script
from cockpit.errors import InputError

_BATCH = 100
"""At most so many are forgotten at once, so that Redis is never held long."""


class Once(Protocol):
    """Where it is kept that a mail was put: field `slot` of the hash `key`; `job` put it."""

    @property
    def key(self) -> str: ...  # noqa: D102 - told above
    @property
    def slot(self) -> str: ...  # noqa: D102 - told above
    @property
    def job(self) -> str: ...  # noqa: D102 - told above


class Mail(msgspec.Struct, frozen=True):
    """A mail in the outbox; `raw` is RFC 5322 text with CRLF, empty in lists."""

    id: str
    to: list[str]
    sender: str
    subject: str
    state: str
    epoch: int
    job: str = ""
    raw: str = ""


class Outbox:
    """The mails that wait, newest first."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._put = Script("cockpit.bus", "outbox")

    def put(
        self,
        mail_id: str,
        *,
        sender: str,
        to: Sequence[str],
        subject: str,
        raw: bytes,
        epoch_ms: int,
        made: Once | None = None,
    ) -> str:
        """Store a mail as held and return its id; what was put once returns the first id."""
        fields = {
            "to": msgspec.json.encode(list(to)),
            "sender": sender,
            "subject": subject,
            "state": "held",
            "epoch": epoch_ms // 1000,
            "job": made.job if made else "",
            "raw": raw,
        }
        flat = [part for pair in fields.items() for part in pair]
        made_key, slot = (made.key, made.slot) if made else ("", "")
        reply = self._pipe.run(
            self._put, (keys.mail(mail_id), made_key), (mail_id, slot, epoch_ms, *flat)
        )
        return str(reply.decode())

    def get(self, mail_id: str) -> Mail:
        """Read one mail, whole.

        Raises:
            InputError: There is no such mail.
        """
        fields = self._pipe.call("HGETALL", keys.mail(mail_id))
        if not fields:
            raise InputError(f"no mail {mail_id} in the outbox")
        text = [part.decode("utf-8", "replace") for part in fields]
        found = dict(zip(text[::2], text[1::2], strict=True))
        return msgspec.convert(
            found | {"id": mail_id, "to": msgspec.json.decode(found["to"])}, Mail, strict=False
        )

    def newest(self, limit: int) -> list[Mail]:
        """Return the newest mails without their text."""
        ids = self._pipe.call("ZREVRANGE", keys.OUTBOX, 0, limit - 1)
        names = ("to", "sender", "subject", "state", "epoch", "job")
        rows = self._pipe.calls([("HMGET", keys.mail(i.decode()), *names) for i in ids])
        return [
            Mail(
                id=i.decode(),
                to=msgspec.json.decode(row[0]),
                sender=row[1].decode(),
                subject=row[2].decode("utf-8", "replace"),
                state=row[3].decode(),
                epoch=int(row[4]),
                job=row[5].decode(),
            )
            for i, row in zip(ids, rows, strict=True)
            if row[0] is not None
        ]

    def trim(self, before: float) -> None:
        """Forget mails that were put before a moment (epoch seconds), also those held."""
        edge = ("-inf", f"({before * 1000:.0f}", "BYSCORE", "LIMIT", 0, _BATCH)
        for raw in self._pipe.call("ZRANGE", keys.OUTBOX, *edge):
            mail = raw.decode()
            self._pipe.calls([("DEL", keys.mail(mail)), ("ZREM", keys.OUTBOX, mail)])

    def count(self) -> int:
        """Count the mails."""
        return int(self._pipe.call("ZCARD", keys.OUTBOX))
