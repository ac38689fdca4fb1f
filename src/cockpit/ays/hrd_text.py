"""An HRD file as a person wrote it, with values that can be changed.

What is not changed keeps every character: comments, order, spelling of keys, blank lines, even
what is wrong. A changed value keeps the place, the spelling and the comments of its key.

Theory of operation: the file is cut into parts, one for each entry and one for what lies between
two entries. A change makes new lines for one part. Several layouts may do; the first one counts
that reads back as the very value, so that a line which means something else is never written.

See: AYS 8, HRD writing; issue 3, "lossless writer".
"""

from copy import deepcopy
from typing import Final

from cockpit.ays import hrd_layout, hrd_render
from cockpit.ays.hrd import Hrd, parse
from cockpit.ays.hrd_reader import Entry, entries
from cockpit.ays.hrd_value import Value, cut_comment
from cockpit.errors import InputError

_BOM: Final = "\ufeff"


class _Part:
    """Lines that belong together, and what was added behind them.

    `is_fenced` tells that an indented line follows, which a block before it would swallow.
    """

    __slots__ = ("added", "entry", "is_fenced", "lines")

    def __init__(self, lines: list[str], entry: Entry | None, *, is_fenced: bool = False) -> None:
        self.lines = lines
        self.entry = entry
        self.is_fenced = is_fenced
        self.added: list[_Part] = []

    def lines_with_added(self) -> list[str]:
        return [*self.lines, *(line for part in self.added for line in part.lines)]


class HrdText:
    """An HRD document that can be edited; `text()` gives it back."""

    def __init__(self, text: str, *, source: str = "") -> None:
        self.source = source
        self.warnings: list[str] = []
        self._bom = _BOM if text.startswith(_BOM) else ""
        self._has_quoted_marks = False
        n_lines = text.count("\n")
        self._newline = "\r\n" if n_lines and text.count("\r\n") == n_lines else "\n"
        lines = text.removeprefix(_BOM).split(self._newline)
        self._ends_in_newline = lines[-1] == ""
        if self._ends_in_newline:
            lines.pop()
        found = list(entries(text, source=source, warnings=self.warnings))
        self._parts = _cut(lines, found)
        _fence(self._parts)
        self._parts_by_key: dict[str, list[_Part]] = {}
        self._last_by_group: dict[str, _Part] = {}
        for part in self._parts:
            if part.entry:
                self._parts_by_key.setdefault(part.entry.key.lower(), []).append(part)
                self._last_by_group[_group(part.entry.key)] = part

    @classmethod
    def parse(cls, text: str, *, source: str = "") -> "HrdText":
        """Read a document; never raises, `warnings` has what looks wrong as file:line."""
        return cls(text, source=source)

    def text(self) -> str:
        """Return the document; without a change it is the text that was read."""
        lines = [line for part in self._parts for line in part.lines_with_added()]
        end = self._newline if lines and self._ends_in_newline else ""
        return self._bom + self._newline.join(lines) + end

    def hrd(self) -> Hrd:
        """Return the values as they stand now."""
        return parse(self.text(), source=self.source)

    def exists(self, key: str) -> bool:
        """Tell whether the key is there, in any case."""
        return key.lower() in self._parts_by_key

    def get(self, key: str) -> Value:
        """Return the value of a key, variables as written; what was set comes back as HRD has it.

        Raises:
            InputError: No such key, or its value is broken.
        """
        parts = self._parts_by_key.get(key.lower())
        if not parts:
            raise InputError(f"{self.source or 'hrd'}: no key {key}")
        entry = _entry(parts[-1])
        if entry.error:
            raise InputError(entry.error)
        value: Value = deepcopy(entry.value)
        return value

    def set(self, key: str, value: object) -> None:
        """Change a key or add it behind its relatives; an equal value changes nothing.

        Args:
            value: Text, bytes, a list of texts, a dict of texts and lists of texts; numbers and
                booleans become text.

        Raises:
            InputError: HRD cannot hold the value, or the key cannot be a key.
        """
        made = hrd_render.canonical(value)
        parts = self._parts_by_key.get(key.lower())
        part = parts[-1] if parts else self._new_part(key)
        entry = _entry(part)
        if parts and not entry.error and entry.value == made:
            return
        if isinstance(made, bytes):
            self._quote_marks()
        self._write(part, made)
        if not parts:
            self._attach(part)

    def delete(self, key: str) -> None:
        """Remove a key with its own lines; comments around it stay, a missing one is fine."""
        for part in self._parts_by_key.pop(key.lower(), []):
            part.entry = None
            part.lines = [""] if part.is_fenced else []

    def _new_part(self, key: str) -> _Part:
        found = list(entries(f"{key} = x", source="", warnings=[]))
        if [(one.key, one.value) for one in found] != [(key, "x")] or not key.isprintable():
            raise InputError(f"{key!r} cannot be the key of an HRD")
        anchor = self._last_by_group.get(_group(key))
        is_fenced = anchor is not None and anchor.is_fenced
        return _Part([f"{key} = "], Entry(key, "", ""), is_fenced=is_fenced)

    def _attach(self, part: _Part) -> None:
        """Put a new part behind the last key of its group, else at the end after a blank line."""
        key = _entry(part).key
        anchor = self._last_by_group.get(_group(key))
        if anchor:
            anchor.added.append(part)
        else:
            self._ends_in_newline = True
            if self._last_line().strip():
                self._parts.append(_Part([""], None))
            self._parts.append(part)
            self._last_by_group[_group(key)] = part
        self._parts_by_key.setdefault(key.lower(), []).append(part)

    def _last_line(self) -> str:
        for part in reversed(self._parts):
            lines = part.lines_with_added()
            if lines:
                return lines[-1]
        return ""

    def _quote_marks(self) -> None:
        """Quote the values `b` and `bqp` once: before a binary block they would begin one."""
        if not self._has_quoted_marks:
            self._has_quoted_marks = True
            for part in self._parts:
                value = part.entry.value if part.entry else ""
                if value in hrd_layout.BINARY_MARKS:
                    self._write(part, value)

    def _write(self, part: _Part, value: Value) -> None:
        """Give a part the first layout that reads back as the value."""
        former = _entry(part)
        lines = [line.removesuffix("\r") for line in part.lines]
        for layout in hrd_layout.layouts(lines, former.value, value):
            found = list(entries("\n".join(layout), source=self.source, warnings=[]))
            if [(one.value, one.error) for one in found] == [(value, "")]:
                part.entry = Entry(former.key, value, found[0].raw, former.line)
                is_open = part.is_fenced and found[0].end > 1
                part.lines = [*layout, ""] if is_open else layout
                return
        raise AssertionError(f"no layout for {value!r}")


def _cut(lines: list[str], found: list[Entry]) -> list[_Part]:
    """Cut the lines into parts: one for each entry, one for what lies between two of them."""
    parts: list[_Part] = []
    at = 0
    for entry in found:
        if entry.line - 1 > at:
            parts.append(_Part(lines[at : entry.line - 1], None))
        parts.append(_Part(lines[entry.line - 1 : entry.end], entry))
        at = entry.end
    if at < len(lines):
        parts.append(_Part(lines[at:], None))
    return parts


def _fence(parts: list[_Part]) -> None:
    """Mark the parts that an indented line follows; comments in between end no block."""
    is_indented = False
    for part in reversed(parts):
        part.is_fenced = is_indented
        for line in part.lines:
            content = cut_comment(line).strip()
            if part.entry or not line.strip() or (content and not content.startswith("@")):
                is_indented = line[:1] in {" ", "\t"} and bool(line.strip())
                break


def _entry(part: _Part) -> Entry:
    if part.entry is None:
        raise AssertionError("a part without a key is never changed")
    return part.entry


def _group(key: str) -> str:
    return key.lower().partition(".")[0]
