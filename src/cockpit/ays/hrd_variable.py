"""Variables in HRD values: `$(key)` stands for another key, `$(secret:NAME)` for a secret.

Values are worked out when they are asked for. A name that no key has stays as it is written, as
in AYS 8. What a variable brings in is text and is not looked at again, so a value can never
smuggle a variable into another one.

See: AYS 8, variables; design §6, secrets.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from cockpit.ays.hrd_reader import Entry
from cockpit.ays.hrd_type import as_text
from cockpit.errors import InputError

Find = Callable[[str], Entry | None]
Secret = Callable[[str], str]

# Two lines of text can double the size of a value; a row of such lines would fill the memory.
_LONGEST = 16 * 1024 * 1024
_VARIABLE = re.compile(r"\$\((?:secret:([\w.-]+)|([\w.]+))\)")
_SECRET = re.compile(r"(\$\(secret:[\w.-]+\))")


def expand(entry: Entry, find: Find, *, source: str, secret: Secret | None = None) -> Any:
    """Return the entry's value with its variables replaced, of the same shape as before.

    Args:
        find: Returns the entry of a key, in any case, or None.
        source: The file's name for errors.
        secret: Returns the secret of a name; without it `$(secret:NAME)` stays as it is written.

    Raises:
        InputError: A circle of variables (each step by file:line), a variable that stands for a
            broken or a binary value, a result over 16 MiB; and what `secret` raises.
    """
    if not _holds_variables(entry):
        return entry.value
    texts = _Texts(entry, find, source, secret)
    texts.collect(entry)
    return texts.fill(entry.value)


def expand_text(entry: Entry, find: Find, *, source: str, secret: Secret | None = None) -> str:
    """Return the entry as one text, the way another value sees it; a dict is as written."""
    texts = _Texts(entry, find, source, secret)
    texts.collect(entry)
    return texts.text(entry)


def around_secrets(text: str, change: Callable[[str], str]) -> str:
    """Return a text changed but for each `$(secret:NAME)` in it, which stays as it is written."""
    parts = _SECRET.split(text)
    return "".join(part if n % 2 else change(part) for n, part in enumerate(parts))


def where(source: str, entry: Entry) -> str:
    """Return the entry's place as `file:line`; the file alone when it has no line."""
    return f"{source or 'hrd'}:{entry.line}" if entry.line else source or "hrd"


class _Texts:
    """The texts of all entries that one value needs, each made once, deepest first."""

    def __init__(self, entry: Entry, find: Find, source: str, secret: Secret | None) -> None:
        self._entry = entry
        self._find = find
        self._source = source
        self._secret = secret
        self._text_by_key: dict[str, str] = {}
        self._size = 0

    def collect(self, entry: Entry) -> None:
        """Walk to everything behind the entry, without recursion: rows of keys may be long."""
        path = {entry.key.lower(): entry}
        pending = [self._behind(entry)]
        while pending:
            needed = next(pending[-1], None)
            if needed is None:
                pending.pop()
                key, done = path.popitem()
                if path:
                    self._text_by_key[key] = self._checked(done)
            elif needed.key.lower() in path:
                raise InputError(self._circle([*path.values()], needed))
            elif needed.key.lower() not in self._text_by_key:
                path[needed.key.lower()] = needed
                pending.append(self._behind(needed))

    def fill(self, value: Any) -> Any:
        """Replace the variables in every text of the value."""
        match value:
            case str():
                return self._fill_text(value)
            case list():
                return [self.fill(item) for item in value]
            case dict():
                return {self.fill(name): self.fill(item) for name, item in value.items()}
        return value

    def text(self, entry: Entry) -> str:
        """Return the entry's text; a dict is as written, so that a URL stays one."""
        raw = entry.raw if isinstance(entry.value, dict) else entry.value
        value = raw if entry.is_literal else self.fill(raw)
        return as_text(value)

    def _checked(self, entry: Entry) -> str:
        if entry.error:
            raise InputError(entry.error)
        if isinstance(entry.value, bytes):
            place = where(self._source, entry)
            raise InputError(f"{place}: {entry.key} is binary and cannot stand in text")
        return self.text(entry)

    def _behind(self, entry: Entry) -> Iterator[Entry]:
        """Yield the entries whose texts this one needs."""
        if not entry.is_literal:
            for text in _strings(entry):
                for found in _VARIABLE.finditer(text):
                    needed = self._find(found[2]) if found[2] else None
                    if needed:
                        yield needed

    def _fill_text(self, text: str) -> str:
        pieces: list[str] = []
        start = 0
        for found in _VARIABLE.finditer(text):
            pieces += (text[start : found.start()], self._meaning(found))
            start = found.end()
            self._size += len(pieces[-1])
            if self._size > _LONGEST:
                raise InputError(f"{self._source or 'hrd'}: {found[0]} makes a text over 16 MiB")
        return "".join([*pieces, text[start:]])

    def _meaning(self, found: re.Match[str]) -> str:
        if found[1]:
            return self._secret_of(found)
        return self._text_by_key.get(found[2].lower(), found[0])

    def _secret_of(self, found: re.Match[str]) -> str:
        if self._secret is None:
            return found[0]
        try:
            return self._secret(found[1])
        except InputError as error:
            place = where(self._source, self._entry)
            raise InputError(f"{place}: {self._entry.key}: {error}") from error

    def _circle(self, path: list[Entry], last: Entry) -> str:
        keys = [entry.key.lower() for entry in path]
        steps = [*path[keys.index(last.key.lower()) :], last]
        told = " → ".join(f"{where(self._source, step)} {step.key}" for step in steps)
        place = where(self._source, steps[0])
        return f"{place}: the variables run in a circle: {told}"


def _holds_variables(entry: Entry) -> bool:
    return not entry.is_literal and any("$(" in text for text in _strings(entry))


def _strings(entry: Entry) -> Iterator[str]:
    """Yield the texts of a value, and what a dict was written as."""
    pending = [entry.value]
    if isinstance(entry.value, dict):
        pending.append(entry.raw)
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            pending += [*value, *value.values()]
