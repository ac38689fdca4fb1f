"""The tokens of one home: a JSON file of names, scopes and digests.

The token itself is returned once, by `add`, and is nowhere on disk.
"""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from cockpit.access.private_file import write_private
from cockpit.access.token import digest, matches, new_token
from cockpit.errors import InputError, OpsError


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of one token."""

    name: str
    scope: str
    digest: str
    epoch: int


class TokenFile:
    """A file of tokens; changes made by another process count for the next `verify`."""

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._seen: tuple[int, int] | None = None
        self._entries: tuple[Entry, ...] = ()

    def add(self, name: str, scope: str) -> str:
        """Make a token and return it; one of the same name is no longer valid from now on.

        Raises:
            InputError: The name is empty, or the file is damaged.
            OpsError: The file cannot be read or written.
        """
        if not name:
            raise InputError("a token needs a name")
        token = new_token()
        entry = Entry(name=name, scope=scope, digest=digest(token), epoch=int(self._clock()))
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
            raise InputError(f"no token has the name {name}")
        self._write(kept)

    def verify(self, token: str) -> str | None:
        """Return the name of a valid token, None for any other text.

        Raises:
            InputError: The file is damaged.
            OpsError: The file cannot be read.
        """
        names = [entry.name for entry in self.entries() if matches(token, entry.digest)]
        return names[0] if names else None

    def names(self) -> tuple[str, ...]:
        """Return the names of the valid tokens, oldest first.

        Raises:
            InputError: The file is damaged.
            OpsError: The file cannot be read.
        """
        return tuple(entry.name for entry in self.entries())

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
