"""Invitations: one-time secrets by which a user of Telegram shows which person they are.

invite → a link with the secret goes to the person → they open it → accept → tied → end

Redis has only the digest of a secret, so nobody who reads it there can come in by it.
"""

import secrets
import time
from collections.abc import Callable
from typing import Literal

import msgspec

from cockpit.access.person import person
from cockpit.access.token import digest
from cockpit.bus import Pipe, keys

LIFE_S = 86_400
_BYTES = 24


class Invitation(msgspec.Struct, frozen=True):
    """What goes into a link.

    Attributes:
        token: The secret, which Telegram hands on as it is: 32 of its letters, of 64 at most.
        expires: From when on it opens nothing, in epoch seconds.
    """

    token: str
    expires: int


class Invited(msgspec.Struct, frozen=True):
    """Who was invited.

    Attributes:
        role: What they may do from then on; "" leaves it as it is.
    """

    name: str
    role: Literal["", "read", "operate", "admin"] = ""


class Invitations:
    """The invitations of one cockpit.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, pipe: Pipe, *, clock: Callable[[], float] = time.time) -> None:
        self._pipe = pipe
        self._clock = clock

    def invite(self, name: str, role: str = "") -> Invitation:
        """Invite somebody, who need not be there yet.

        Args:
            role: What they may do from then on; "" leaves it as it is.

        Raises:
            InputError: The name or the role is none.
            OpsError: Redis is away.
        """
        sound = person(name, role=role or "read")
        token = secrets.token_urlsafe(_BYTES)
        raw = msgspec.json.encode(Invited(name, sound.role if role else ""))
        self._pipe.call("SET", keys.telegram_invited(digest(token)), raw, "EX", LIFE_S)
        return Invitation(token, int(self._clock()) + LIFE_S)

    def find(self, secret: str) -> Invited | None:
        """Return who was invited by a secret, by its digest; None when it opens nothing."""
        raw = self._pipe.call("GET", keys.telegram_invited(secret))
        return msgspec.json.decode(raw, type=Invited) if raw else None

    def accept(self, secret: str, *, by: int) -> Invited | None:
        """Return who was invited by a secret; None when it opens nothing.

        From now on it opens for nobody else; for this one until `end`, so that an interruption
        shuts nobody out.

        Args:
            secret: Its digest, which may stand in a log.
            by: The numeric id of the user who opens it.

        Raises:
            OpsError: Redis is away.
        """
        found = self.find(secret)
        if found is None:
            return None
        opened = keys.telegram_opened(secret)
        self._pipe.call("SET", opened, by, "NX", "EX", LIFE_S)
        # SECURITY: of several who open it at once only the first comes in.
        is_theirs = self._pipe.call("GET", opened) == str(by).encode()
        return found if is_theirs else None

    def end(self, secret: str) -> bool:
        """Let a secret open nothing any more, by its digest; whether it would have opened."""
        return bool(self._pipe.call("DEL", keys.telegram_invited(secret)))
