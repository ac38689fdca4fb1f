"""The lines of an HRD file, read once from top to bottom into entries.

Reading never fails: what cannot be understood is a warning with file:line, and a value that is
broken carries its error. A block ends at a blank line or at the next line that is not indented;
comments end nothing.

See: AYS 8, HRD line grammar and its observed edge cases.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import msgspec

from cockpit.ays.hrd_quote import raw_bytes, unwrap
from cockpit.ays.hrd_value import Line, Value, cut_comment, read_block, read_inline
from cockpit.errors import InputError

BINARY_END = "#BINARYEND"
_BOM = "\ufeff"
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_ASK_BLOCK = "@ask,"


class Entry(msgspec.Struct, frozen=True):
    """A key with its value, the text it came from and its lines (0: not from a file).

    `raw` is the text without quotes being taken off, the lines of a block joined by newlines.
    `error` tells why the value cannot be read; `value` is empty then. `end` is the last line.
    In a literal entry `$(key)` is text like any other.
    """

    key: str
    value: Any
    raw: str
    line: int = 0
    error: str = ""
    end: int = 0
    is_literal: bool = False


def entries(
    text: str, *, source: str, warnings: list[str], is_legacy: bool = False
) -> Iterator[Entry]:
    """Yield the entries of a file in order, duplicates included; time is linear in the text.

    Args:
        text: The file's text; lines end in LF or CRLF. Bytes that are no UTF-8 may stand in it as
            `surrogateescape` has them: a binary block gets them back, elsewhere they become U+FFFD.
        source: The file's name for warnings and errors.
        warnings: Takes what was read but looks wrong, as file:line.
        is_legacy: Warn also of values that AYS 8 read in another way and real files may hold:
            it ended a value at `#`, even inside quotes.
    """
    return _Reader(text, source, warnings, is_legacy=is_legacy).entries()


class _Reader:
    def __init__(self, text: str, source: str, warnings: list[str], *, is_legacy: bool) -> None:
        self._lines = text.removeprefix(_BOM).split("\n")
        self._ends = [
            number for number, line in enumerate(self._lines, 1) if line.startswith(BINARY_END)
        ]
        self._source = source
        self._warnings = warnings
        self._is_legacy = is_legacy
        self._next = 0
        self._is_cut = False
        self._is_mixed = _NO_UTF8.search(text) is not None

    def entries(self) -> Iterator[Entry]:
        while self._next < len(self._lines):
            text = cut_comment(self._line()).strip()
            self._next += 1
            if not text or text.startswith("@"):
                continue
            self._compare(text)
            key, equals, right = (part.strip() for part in text.partition("="))
            line = Line(self._source, self._next, right)
            if self._is_cut and key and equals and self._lines[self._next - 1][0] in " \t":
                self._warn(line, f"{key} is a key of its own, for a blank line ended the block")
            self._is_cut = False
            if key and equals:
                yield self._entry(line, key)
            else:
                self._warn(line, "ignored, it is no 'key = value' and belongs to no block")

    def _entry(self, line: Line, key: str) -> Entry:
        if line.text in {"b", "bqp"} and bisect_right(self._ends, line.number) < len(self._ends):
            return self._binary(line, key)
        is_ask = line.text.lower() == _ASK_BLOCK
        body = self._block() if is_ask or not line.text else []
        end = body[-1].number if body else line.number
        raw = "\n".join(one.text for one in body) if body else line.text
        if is_ask:
            raw = " ".join([line.text.removesuffix(","), *(one.text for one in body)])
            return Entry(key, raw, raw, line.number, end=end)
        try:
            value = self._value(line, body)
        except InputError as error:
            self._warnings.append(str(error))
            return Entry(key, "", raw, line.number, str(error), end)
        return Entry(key, value, raw, line.number, end=end)

    def _value(self, line: Line, body: list[Line]) -> Value:
        if line.text:
            return read_inline(line, self._warnings)
        return read_block(body, self._warnings)

    def _block(self) -> list[Line]:
        body: list[Line] = []
        while self._next < len(self._lines):
            line = self._line()
            text = cut_comment(line).strip()
            is_blank = not line.strip()
            if is_blank or (text and line[0] not in " \t"):
                self._is_cut = is_blank and bool(body)
                break
            self._next += 1
            if text.startswith("@"):
                self._warn(Line(self._source, self._next, text), "ignored, for it begins with '@'")
            elif text:
                self._compare(text)
                body.append(Line(self._source, self._next, text))
        return body

    def _line(self) -> str:
        line = self._lines[self._next]
        return _NO_UTF8.sub("\ufffd", line) if self._is_mixed else line

    def _binary(self, line: Line, key: str) -> Entry:
        end = self._ends[bisect_right(self._ends, line.number)]
        raw = "\n".join(self._lines[line.number : end - 1]).removesuffix("\r")
        self._next = end
        try:
            data = unwrap(raw) if line.text == "bqp" else raw_bytes(raw)
        except UnicodeEncodeError:
            why = f"{line.where}: {key} holds a character that no file can hold"
            self._warnings.append(why)
            return Entry(key, "", raw, line.number, why, end)
        return Entry(key, data, raw, line.number, end=end)

    def _compare(self, text: str) -> None:
        if self._is_legacy and "#" in text:
            self._warnings.append(f"{self._source}:{self._next}: AYS 8 ended this line at its '#'")

    def _warn(self, line: Line, why: str) -> None:
        self._warnings.append(f"{line.where}: {why}")
