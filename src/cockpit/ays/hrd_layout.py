"""The lines that a changed HRD entry may get: its own ones where they still fit, else new ones.

The comments of an entry survive whatever its new value is: those on the line of a kept item
stay there, all others become lines of their own behind the value.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import NamedTuple

from cockpit.ays import hrd_render
from cockpit.ays.hrd_quote import wrap
from cockpit.ays.hrd_reader import BINARY_END
from cockpit.ays.hrd_value import Line, Value, cut_comment, read_dict, read_list
from cockpit.errors import InputError

BINARY_MARKS = ("b", "bqp")
_INDENT = "    "


class _Row(NamedTuple):
    """A line of a block, and the lines of comment before it.

    `name` is what makes it the same row after a change: the item, the name of the entry or the
    text itself; None when it holds several.
    """

    notes: list[str]
    line: str
    name: str | None
    value: str | list[str]

    @property
    def tail(self) -> str:
        """The comment at the end of the line, with the space before it; or nothing."""
        content = cut_comment(self.line)
        return self.line[len(content.rstrip()) :] if content != self.line else ""


class _Head:
    """The line `key = value  # comment`, taken apart."""

    def __init__(self, line: str) -> None:
        content = cut_comment(line)
        left, _, right = content.partition("=")
        self.is_block = not right.strip()
        self._left = f"{left}="
        self._space = " " if self.is_block else right[: len(right) - len(right.lstrip())]
        gap = "" if self.is_block else right[len(right.rstrip()) :]
        comment = line[len(content) :]
        self._tail = (gap or "  ") + comment if comment else ""

    def one_line(self, text: str) -> str:
        return f"{self._left}{self._space}{text}{self._tail}"

    def block(self) -> str:
        return f"{self._left}{self._tail}"


def layouts(lines: list[str], former: Value, value: Value) -> Iterator[list[str]]:
    """Yield what the entry could become, the most faithful first; not each one reads back.

    Args:
        lines: The lines of the entry as they are, without line ends.
        former: The value that they hold.
    """
    head = _Head(lines[0])
    rows, notes = _rows(_body(lines, former), former)
    every_note = [*(note for row in rows for note in _notes(row)), *notes]
    match value:
        case bytes():
            block = [*wrap(value), f"{BINARY_END}#########"]
            yield [head.one_line("bqp"), *block, *every_note]
        case str():
            yield from _text_layouts(head, rows, notes, value)
            if value and value.isprintable() and value not in BINARY_MARKS:
                yield [head.one_line(value), *every_note]
            yield [head.one_line(hrd_render.quote_scalar(value)), *every_note]
        case _:
            one_line = [head.one_line(hrd_render.one_line(value)), *every_note]
            is_alike = type(former) is type(value)
            if is_alike and not head.is_block:
                yield one_line
            if is_alike:
                yield [head.block(), *_merged(rows, notes, value)]
            yield [head.block(), *_merged([], every_note, value)]
            yield one_line


def _text_layouts(
    head: _Head, rows: list[_Row], notes: list[str], value: str
) -> Iterator[list[str]]:
    lines = value.split("\n")
    # Text with commas at its ends would read back, but it would look like a list.
    if len(lines) > 1 and all(line.isprintable() and line[-1:] != "," for line in lines):
        yield [head.block(), *_merged(rows, notes, value)]


def _body(lines: list[str], former: Value) -> list[str]:
    """Return the lines below the head; of a binary block those behind its end."""
    body = lines[1:]
    if isinstance(former, bytes):
        ends = (at for at, line in enumerate(body, 1) if line.startswith(BINARY_END))
        body = body[next(ends, 0) :]
    return [line for line in body if line.strip()]


def _rows(body: list[str], former: Value) -> tuple[list[_Row], list[str]]:
    """Return the rows of a block, and the comments behind the last one."""
    rows: list[_Row] = []
    notes: list[str] = []
    for line in body:
        content = cut_comment(line).strip()
        if not content or content.startswith("@"):
            notes.append(line)
        else:
            rows.append(_Row(notes, line, *_identity(content, former)))
            notes = []
    return rows, notes


def _identity(content: str, former: Value) -> tuple[str | None, str | list[str]]:
    line = Line("", 0, content)
    pairs: list[tuple[str, str | list[str]]] = [(content, content)]
    try:
        if isinstance(former, list):
            pairs = [(item, item) for item in read_list([line], [])]
        elif isinstance(former, dict):
            pairs = list(read_dict([line], []).items())
    except InputError:
        pairs = []
    return pairs[0] if len(pairs) == 1 else (None, "")


def _merged(rows: list[_Row], notes: list[str], value: Value) -> list[str]:
    """Return the lines of a block: those of the rows that stay, new ones for what is new."""
    pool: dict[str | None, deque[_Row]] = defaultdict(deque)
    for row in rows:
        pool[row.name].append(row)
    indent = _indent(rows)
    lines: list[str] = []
    for name, item, content in _wanted(value):
        kept = pool[name].popleft() if pool.get(name) else None
        lines += kept.notes if kept else []
        if kept and kept.value == item:
            lines.append(kept.line)
        else:
            lines.append(indent + content + (kept.tail if kept else ""))
    left = [note for left in pool.values() for row in left for note in _notes(row)]
    return [*lines, *left, *notes]


def _wanted(value: Value) -> Iterator[tuple[str, str | list[str], str]]:
    """Yield the name of each row, its value and its line without indentation."""
    match value:
        case list():
            yield from ((item, item, hrd_render.item_line(item)) for item in value)
        case dict():
            yield from (
                (name, item, hrd_render.entry_line(name, item)) for name, item in value.items()
            )
        case str():
            yield from ((line, line, line) for line in value.split("\n"))


def _notes(row: _Row) -> list[str]:
    """Return the comments of a row that goes, as lines of their own."""
    return [*row.notes, *([_INDENT + row.tail.strip()] if row.tail else [])]


def _indent(rows: list[_Row]) -> str:
    first = rows[0].line if rows else _INDENT
    return first[: len(first) - len(first.lstrip())]
