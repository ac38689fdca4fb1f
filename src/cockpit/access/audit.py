"""Who changed what, when, and from where: a Redis stream that nobody edits.

A change stands here before it is made, so that none is missed; a second entry says that it was
refused or a mere repeat, or with which words somebody decided who may do what.
"""

import re
from collections.abc import Callable
from typing import Any

import msgspec

from cockpit.bus import Pipe, keys
from cockpit.errors import InputError

_MOST = 100_000
_STEP = 1000
_NAMES = r"(?:token|secret|passw|auth|signature|jwt|api_?key)"
_SECRETS = re.compile(rf"(?i)([?&][^=&]*{_NAMES}[^=&]*=)[^&]*")
_SECRET = re.compile(rf"(?i).*{_NAMES}")
_CREDENTIALS = re.compile(r"(?i)(://|%3a%2f%2f)[^/?&#]*?(@|%40)")
_MARKS = frozenset("?&@%")
_ID = re.compile(r"\d{1,19}-\d{1,19}", re.ASCII)  # Redis takes parts up to 2**64 - 1.


class Act(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change.

    Attributes:
        id: Of the entry; given by the log.
        who: Name of the token, or of the person.
        kind: How they came in: `local`, `token`, `jwt`, `telegram`…
        what: The method and the address, or the command.
        where: The address that it came from.
        epoch: When, in seconds.
        status: Of a refused one, or a repeat.
        of: The entry that this one adds to.
        repeat: It came again, with the Idempotency-Key of the first: nothing was done.
    """

    id: str = ""
    who: str
    kind: str = ""
    what: str
    where: str = ""
    epoch: int
    status: int = 0
    of: str = ""
    repeat: bool = False


class Audit:
    """The log of changes."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    def note(self, act: Act) -> Callable[[], str]:
        """Begin to store a change; what is returned waits until it is durable and gives its id.

        Raises:
            OpsError: By what is returned: Redis is away, or full.
        """
        raw = msgspec.json.encode(act)
        wait = self._pipe.begin("XADD", keys.AUDIT, "MAXLEN", "~", _MOST, "*", "act", raw)
        return lambda: str(wait().decode())

    def trim(self, before: float) -> None:
        """Forget what was changed before a moment (epoch seconds)."""
        self._pipe.call("XTRIM", keys.AUDIT, "MINID", int(before * 1000))

    def newest(self, limit: int, *, before: str = "", who: str = "") -> list[Act]:
        """List changes, newest first.

        Args:
            before: Only those before this entry.
            who: Only those of this name; "" is everybody.

        Raises:
            InputError: `before` is no id of an entry.
        """
        if before and not _ID.fullmatch(before):
            raise InputError(f"before: {before!r:.60} is no id of an entry")
        found: list[Act] = []
        end, count = f"({before}" if before else "+", _STEP if who else limit
        while len(found) < limit:
            rows = self._pipe.call("XREVRANGE", keys.AUDIT, end, "-", "COUNT", count)
            found += [act for act in map(_act, rows) if who in ("", act.who)]
            if len(rows) < count:
                break
            end = f"({rows[-1][0].decode()}"
        return found[:limit]


def without_secrets(uri: str) -> str:
    """Return an address as it may stand in the log.

    Hidden are the values of parameters whose names say that they are secret, and the credentials
    of addresses that are values: nobody should send them so, and somebody will.
    """
    if not _MARKS.intersection(uri):
        return uri  # PERF: most addresses have nothing that could hold one.
    return _CREDENTIALS.sub(r"\1***\2", _SECRETS.sub(r"\1***", uri))


def words(body: msgspec.Struct) -> str:
    """Return the fields of a request as they may stand in the log: JSON, secrets hidden."""
    told = {
        name: "***" if value and _SECRET.match(name) else value
        for name, value in msgspec.to_builtins(body).items()
        if value not in (None, "")
    }
    return _CREDENTIALS.sub(r"\1***\2", msgspec.json.encode(told).decode())


def _act(row: Any) -> Act:
    name, fields = row
    act = msgspec.json.decode(fields[1], type=Act)
    return msgspec.structs.replace(act, id=name.decode())
