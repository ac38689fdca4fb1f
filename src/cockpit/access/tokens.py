"""The tokens of one home: a JSON file of names, scopes and digests.

The token itself is returned once, by `add`, and is nowhere on disk.

* A token that expired opens nothing; it stays in the list until it is removed.
* When a token was used last is kept to the minute, by whoever serves it.
"""

import hmac
import re
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from cockpit.access.identity import Scope
from cockpit.access.person import ROLES
from cockpit.access.private_file import write_private
from cockpit.access.token import digest, new_token
from cockpit.errors import InputError, OpsError, nearest

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one token; times in epoch seconds, `expires` 0 is never."""

    name: str
    scope: Scope
    digest: str
    epoch: int
    expires: int = 0


class TokenFile:
    """A file of tokens; changes made by another process count for the next `verify`."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._seen: tuple[int, int] | None = None
        self._entries: tuple[Entry, ...] = ()

    def add(self, name: str, scope: str, *, lifetime_s: float = 0) -> str:
        """Make a token and return it; one of the same name is no longer valid from now on.

        Args:
            lifetime_s: How long it is valid; 0 is for ever.

        Raises:
            InputError: The name or the scope is none, or the file is damaged.
            OpsError: The file cannot be read or written.
        """
        if not _NAME.fullmatch(name):
            raise InputError(
                f"name: {name!r:.80} has other than up to 64 letters, digits, '.', '_', '@', '-'"
            )
        if scope not in ROLES:
            raise InputError(f"scope: {scope!r:.80} is none of {', '.join(ROLES)}")
        token, now = new_token(), int(self._clock())
        entry = Entry(
            name=name,
            scope=msgspec.convert(scope, Scope),
            digest=digest(token),
            epoch=now,
            expires=now + int(lifetime_s) if lifetime_s else 0,
        )
        self._write((*(e for e in self.entries() if e.name != name), entry))
        return token

    def remove(self, name: str) -> None:
        """Forget a token: it is no longer valid from now on.

        Raises:
            InputError: No token has this name.
            OpsError: The file cannot be read or written.
        """
        kept = tuple(entry for entry in self.entries() if entry.name != name)
        if len(kept) == len(self._entries):
            known = [entry.name for entry in kept]
            raise InputError(f"no token has the name {name:.80}{nearest(name, known)}")
        self._write(kept)

    def verify(self, token: str) -> Entry | None:
        """Return what is kept of a valid token, None for any other text.

        Raises:
            InputError: The file is damaged.
            OpsError: The file cannot be read.
        """
        given, now = digest(token).encode(), self._clock()
        # All are compared: the time taken tells nothing.
        found = [e for e in self.entries() if hmac.compare_digest(given, e.digest.encode())]
        return next((one for one in found if not one.expires or now < one.expires), None)

    def entries(self) -> tuple[Entry, ...]:
        """Return what is kept of every token, oldest first.

        Raises:
            InputError: The file is damaged.
            OpsError: The file cannot be read.
        """
        try:
            stat = self._path.stat()
            if (seen := (stat.st_ino, stat.st_mtime_ns)) != self._seen:
                self._entries = msgspec.json.decode(self._path.read_bytes(), type=tuple[Entry, ...])
                self._seen = seen
        except FileNotFoundError:
            self._entries, self._seen = (), None
        except OSError as error:
            raise OpsError(f"cannot read {self._path}: {error.strerror}") from error
        except msgspec.DecodeError as error:
            raise InputError(f"{self._path} is damaged: {error}") from error
        return self._entries

    def _write(self, entries: tuple[Entry, ...]) -> None:
        write_private(self._path, msgspec.json.format(msgspec.json.encode(entries)) + b"\n")
        self._seen = None
