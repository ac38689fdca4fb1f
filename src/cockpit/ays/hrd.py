"""HRD, the line format of AYS: `key = value`, flat dotted keys, no sections.

Reading never fails: what cannot be understood is a warning with file:line, and a value that is
broken raises only when that value is asked for. Variables `$(key)` of a file are put in then, too;
what a program stored is never taken for one. Questions `@ask` stay the text they are; a binary
block is text where it is UTF-8.

See: AYS 8, HRD grammar and its observed edge cases.
"""

from binascii import a2b_qp
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

import msgspec

from cockpit.ays.hrd_value import Line, Value, cut_comment, read_block, read_inline
from cockpit.ays.hrd_variable import Source, Variables
from cockpit.ays.service import plain
from cockpit.errors import InputError

_MISSING: Final = object()


class Entry(msgspec.Struct, frozen=True, gc=False):
    """A key with its value, the text it came from and its lines (0: not from a file).

    Attributes:
        line: Where the key stands.
        last: The last line of its value.
        error: Why the value cannot be read; `value` is empty then.
        binary: The octets of a binary block.
    """

    key: str
    value: Any
    raw: str
    line: int = 0
    last: int = 0
    error: str = ""
    binary: bytes | None = None


class Hrd:
    """A store of values under dotted keys, in file order; upper and lower case are one key.

    `get` and the typed accessors raise InputError for a key that is missing and has no default.
    `changes` holds what `set` and `delete` did since the store was made (None: deleted).
    """

    def __init__(
        self, entries: Iterable[Entry] = (), *, source: str = "", warnings: Iterable[str] = ()
    ) -> None:
        self.source = source
        self.warnings = list(warnings)
        self.changes: dict[str, Any] = {}
        self._entries: dict[str, Entry] = {}
        for entry in entries:
            self._add(entry)

    @classmethod
    def of(cls, data: Mapping[str, Any], *, source: str = "") -> "Hrd":
        """Wrap the data of a service."""
        return cls((Entry(key, value, str(value)) for key, value in data.items()), source=source)

    def entries(self) -> list[Entry]:
        """Return all entries in file order."""
        return list(self._entries.values())

    def data(self) -> dict[str, Any]:
        """Return the values by key, in the spelling of the keys."""
        return {entry.key: entry.value for entry in self._entries.values()}

    def exists(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key.lower() in self._entries

    def prefix(self, start: str, depth: int = 0) -> list[str]:
        """Return the keys that begin with `start`, cut to `depth` dotted parts (0: whole)."""
        low = start.lower()
        keys = (entry.key for name, entry in self._entries.items() if name.startswith(low))
        return list(dict.fromkeys(_cut(key, depth) for key in keys))

    def get_list_from_prefix(self, start: str) -> list[Any]:
        """Return the values of the keys that begin with `start`, in file order."""
        return [self.get(key) for key in self.prefix(start)]

    def get_dict_from_prefix(self, start: str) -> dict[str, Any]:
        """Return the values of the keys that begin with `start`, by what follows `start.`.

        A key that only begins with the same letters keeps its whole name.
        """
        cut = len(start) + 1
        return {
            key[cut:] if key.lower().startswith(f"{start}.".lower()) else key: self.get(key)
            for key in self.prefix(start)
        }

    def raw(self, key: str) -> str:
        """Return the text behind the key, untyped; lines of a block are joined by newlines."""
        return self._entry(key).raw

    def get(self, key: str, default: Any = _MISSING) -> Any:
        """Return the value with its variables put in, else the default; a copy."""
        if default is not _MISSING and not self.exists(key):
            return default
        entry = self._entry(key)
        if entry.error:
            raise InputError(entry.error)
        return self._expanded(entry, deepcopy(entry.value))

    def get_str(self, key: str, default: Any = _MISSING) -> str:
        """Return text; what was read as a dict (a URL, a time) comes back as it was written."""
        if self.exists(key) and isinstance(self._entry(key).value, dict):
            return str(self._expanded(self._entry(key), self.raw(key)))
        value = self.get(key, default)
        if isinstance(value, list):
            return "[" + ",".join(f"'{item}'" for item in value) + "]"
        return str(value)

    def get_bytes(self, key: str) -> bytes:
        """Return the octets of a binary block, or the text of another value as UTF-8."""
        binary = self._entry(key).binary
        return self.get_str(key).encode() if binary is None else binary

    def get_int(self, key: str, default: Any = _MISSING) -> int:
        """Return a whole number; `none` and nothing are 0."""
        value = self.get(key, default)
        if isinstance(value, str) and value.lower() in {"", "none"}:
            return 0
        return int(self._number(key, value, int))

    def get_float(self, key: str, default: Any = _MISSING) -> float:
        """Return a number."""
        return float(self._number(key, self.get(key, default), float))

    def get_bool(self, key: str, default: Any = _MISSING) -> bool:
        """Return True for `1` and `true` in any case, False for everything else."""
        return str(self.get(key, default)).strip("'\"").lower() in {"1", "true"}

    def get_list(self, key: str, default: Any = _MISSING) -> list[Any]:
        """Return a list; text is split at commas."""
        value = self.get(key, default)
        if value == "" and default is not _MISSING:
            value = default
        if isinstance(value, str):
            pieces = (piece.strip().strip("'\"") for piece in value.split(","))
            return [piece for piece in pieces if piece]
        return list(value) if isinstance(value, list | tuple) else [value]

    def get_dict(self, key: str, default: Any = _MISSING) -> dict[str, Any]:
        """Return a dict whose texts are typed: int, float, bool, else str."""
        value = self.get(key, default) or {}
        if not isinstance(value, Mapping):
            raise InputError(f"{self._where(key)}: {key} is not a dict")
        return {name: _typed(item) for name, item in value.items()}

    def set(self, key: str, value: object) -> None:
        """Store a value that JSON can hold; an existing key keeps its spelling.

        Raises:
            InputError: JSON cannot hold the value, it is None, or the key is empty.
        """
        kept = plain(value)
        if kept is None or not key.strip():
            raise InputError(f"hrd.set({key!r}, …): needs a key and a value; delete(key) removes")
        known = self._entries.get(key.lower())
        entry = Entry(known.key if known else key, kept, str(value))
        self._entries[key.lower()] = entry
        self.changes[entry.key] = entry.value

    def delete(self, key: str) -> None:
        """Remove a key; a missing one is fine."""
        entry = self._entries.pop(key.lower(), None)
        if entry:
            self.changes[entry.key] = None

    def pop(self, key: str) -> Any:
        """Return the value and remove the key."""
        value = self.get(key)
        self.delete(key)
        return value

    def list_add(self, key: str, item: object) -> None:
        """Add an item to a list; a key that is missing begins one."""
        self.set(key, [*self.get_list(key, []), item])

    def set_args(self, values: Mapping[str, object], prefix: str = "") -> None:
        """Store each value under its name behind the prefix and a dot."""
        for name, value in values.items():
            self.set(f"{prefix}.{name}" if prefix else name, value)

    # The spelling of the templates written for AYS 8.
    getStr = get_str  # noqa: N815 - public name of AYS 8
    getInt = get_int  # noqa: N815 - public name of AYS 8
    getFloat = get_float  # noqa: N815 - public name of AYS 8
    getBool = get_bool  # noqa: N815 - public name of AYS 8
    getList = get_list  # noqa: N815 - public name of AYS 8
    getDict = get_dict  # noqa: N815 - public name of AYS 8
    getListFromPrefix = get_list_from_prefix  # noqa: N815 - public name of AYS 8
    getDictFromPrefix = get_dict_from_prefix  # noqa: N815 - public name of AYS 8
    listAdd = list_add  # noqa: N815 - public name of AYS 8
    setArgs = set_args  # noqa: N815 - public name of AYS 8

    def _add(self, entry: Entry) -> None:
        former = self._entries.get(entry.key.lower())
        if former and entry.line:
            where = f"{self.source}:{entry.line}"
            self.warnings.append(f"{where}: {entry.key} replaces the one of line {former.line}")
        self._entries[entry.key.lower()] = entry

    def _entry(self, key: str) -> Entry:
        entry = self._entries.get(key.lower())
        if entry is None:
            raise InputError(f"{self.source or 'hrd'}: no key {key}")
        return entry

    def _expanded(self, entry: Entry, value: Any) -> Any:
        # What was stored may be a stranger's text: it must not read other keys.
        if not entry.line or "$(" not in entry.raw:
            return value
        return Variables(self._source).expand(value, self._source_of(entry))

    def _source(self, key: str) -> Source | None:
        entry = self._entries.get(key)
        return None if entry is None or entry.error else self._source_of(entry)

    def _source_of(self, entry: Entry) -> Source:
        text = entry.value if isinstance(entry.value, str) else entry.raw
        return Source(entry.key, text, self._where(entry.key))

    def _where(self, key: str) -> str:
        entry = self._entries.get(key.lower())
        return f"{self.source or 'hrd'}:{entry.line}" if entry else self.source or "hrd"

    def _number(self, key: str, value: Any, kind: type[int | float]) -> int | float:
        try:
            return kind(value)
        except (TypeError, ValueError) as error:
            raise InputError(f"{self._where(key)}: {key} = {value!r} is not a number") from error


def parse(text: str, *, source: str) -> Hrd:
    """Read HRD text; never raises, time is linear in the text.

    Args:
        text: The file's text, any line ends.
        source: The file's name for warnings and errors.
    """
    warnings: list[str] = []
    entries = _Reader(text, source, warnings).entries()
    return Hrd(list(entries), source=source, warnings=warnings)


class _Reader:
    """Walks the lines once; a block ends at a blank line or at the next unindented one."""

    def __init__(self, text: str, source: str, warnings: list[str]) -> None:
        self._source = source
        self._lines = text.removeprefix("\ufeff").split("\n")
        self._ends = [n for n, line in enumerate(self._lines, 1) if line.startswith("#BINARYEND")]
        self._warnings = warnings
        self._next = 0

    def entries(self) -> Iterator[Entry]:
        while self._next < len(self._lines):
            line = Line(self._source, self._next + 1, self._lines[self._next])
            self._next += 1
            text = cut_comment(line.text).strip()
            key, equals, right = (part.strip() for part in text.partition("="))
            if not text or text.startswith("@"):
                continue
            if key and equals:
                yield self._entry(line._replace(text=right), key)
            else:
                self._warn(line, "ignored, it is no 'key = value' and belongs to no block")

    def _entry(self, line: Line, key: str) -> Entry:
        if line.text in {"b", "bqp"} and bisect_right(self._ends, line.number) < len(self._ends):
            return self._binary(line, key)
        body = [] if line.text else self._block()
        raw = line.text or "\n".join(one.text for one in body)
        last = body[-1].number if body else line.number
        try:
            value = self._value(line, body)
        except InputError as error:
            self._warnings.append(str(error))
            return Entry(key, "", raw, line.number, last, str(error))
        return Entry(key, value, raw, line.number, last)

    def _value(self, line: Line, body: list[Line]) -> Value:
        if line.text:
            return read_inline(line, self._warnings)
        return read_block(body, self._warnings)

    def _block(self) -> list[Line]:
        body = []
        while self._next < len(self._lines):
            line = Line(self._source, self._next + 1, self._lines[self._next])
            text = cut_comment(line.text).strip()
            is_blank = not line.text.strip()
            if is_blank or (text and line.text[0] not in " \t"):
                break
            self._next += 1
            if text.startswith("@"):
                self._warn(line, "ignored, for it begins with '@'")
            elif text:
                body.append(line._replace(text=text))
        return body

    def _binary(self, line: Line, key: str) -> Entry:
        end = self._ends[bisect_right(self._ends, line.number)]
        raw = "\n".join(one.rstrip("\r") for one in self._lines[line.number : end - 1])
        self._next = end
        # A file cut out of a larger one may hold half a character that no UTF-8 has.
        octets = raw.encode("utf-8", "surrogateescape")
        binary = a2b_qp(octets) if line.text == "bqp" else octets
        try:
            return Entry(key, binary.decode(), raw, line.number, end, binary=binary)
        except UnicodeDecodeError:
            error = f"{line.where}: {key} is binary and no text"
            return Entry(key, "", raw, line.number, end, error, binary)

    def _warn(self, line: Line, why: str) -> None:
        self._warnings.append(f"{line.where}: {why}")


def _cut(key: str, depth: int) -> str:
    return ".".join(key.split(".")[:depth]) if depth else key


def _typed(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    for kind in (int, float):
        try:
            return kind(value)
        except ValueError:
            continue
    return value
