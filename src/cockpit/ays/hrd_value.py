"""The value side of HRD: when text is a string, a list or a dict.

The old parser's results are kept wherever a real file depends on them; where it lost text, we
keep the text and warn. Nothing becomes a number here: types exist only in the accessors.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cockpit.errors import InputError

Value = str | list[str] | dict[str, str | list[str]]

# PERF: each alternative runs at most once to the end of the line without success, so long
# lines cost linear time. An apostrophe inside a word opens nothing.
_QUOTED = r"""(?<!\w)'[^']*'|(?<!\w)"[^"]*\""""
_COMMENT = re.compile(rf"{_QUOTED}|(#)")
_COMMA = re.compile(rf"{_QUOTED}|\[[^\[\]]*\]|(,)")
_SINGLE_QUOTED = re.compile(r"'[^']*'")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")


class Line(NamedTuple):
    """A line of a file, without its comment and its outer white space."""

    source: str
    number: int
    text: str

    @property
    def where(self) -> str:
        """The place as `file:line`."""
        return f"{self.source}:{self.number}"


def cut_comment(text: str) -> str:
    """Drop everything from the first `#` that is not inside quotes."""
    for found in _COMMENT.finditer(text):
        if found[1]:
            return text[: found.start()]
    return text


def read_inline(line: Line, warnings: list[str]) -> Value:
    """Read the right side of `key = value`.

    Raises:
        InputError: A dict entry without `:`.
    """
    bare = _SINGLE_QUOTED.sub("_", line.text)
    is_text = bare.startswith(("'", '"')) or "@ask" in bare.lower()
    if is_text or not ("," in bare or ":" in bare) or _BRACKETS.fullmatch(line.text):
        return _read_scalar(line, warnings)
    return _read_dict([line], warnings) if ":" in bare else _read_list([line], warnings)


def read_block(lines: Sequence[Line], warnings: list[str]) -> Value:
    """Read the indented lines under `key =`; the first line decides the kind.

    Raises:
        InputError: A dict entry without `:`.
    """
    if not lines:
        return ""
    bare = _SINGLE_QUOTED.sub("_", lines[0].text)
    if bare.endswith(","):
        return _read_dict(lines, warnings) if ":" in bare else _read_list(lines, warnings)
    if len(lines) == 1:
        return _read_scalar(lines[0], warnings)
    for line in lines:
        if line.text.endswith(","):
            warnings.append(f"{line.where}: read as text, for the first line has no comma")
            break
    return "\n".join(line.text for line in lines)


def split_commas(text: str) -> Iterator[str]:
    """Split at commas outside quotes and brackets; empty pieces are dropped."""
    start = 0
    for found in _COMMA.finditer(text):
        if found[1]:
            yield from _piece(text[start : found.start()])
            start = found.end()
    yield from _piece(text[start:])


def _piece(text: str) -> list[str]:
    return [text.strip()] if text.strip() else []


def _read_scalar(line: Line, warnings: list[str]) -> Value:
    text = _unquote(line, line.text, warnings)
    # The old engine reads '[1,2]' as a list, quoted or not.
    return _read_brackets(line, text, warnings) if _BRACKETS.fullmatch(text) else text


def _read_list(lines: Sequence[Line], warnings: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        for piece in split_commas(line.text):
            if _BRACKETS.fullmatch(piece):
                items += _read_brackets(line, piece, warnings)
            else:
                items.append(_unquote(line, piece, warnings))
    return items


def _read_dict(lines: Sequence[Line], warnings: list[str]) -> dict[str, str | list[str]]:
    entries: dict[str, str | list[str]] = {}
    for line in lines:
        for piece in split_commas(line.text):
            name, colon, text = piece.partition(":")
            if not colon:
                raise InputError(f"{line.where}: {piece!r} has no ':' and stands in a dict")
            text = text.strip()
            is_list = _BRACKETS.fullmatch(text)
            read = _read_brackets if is_list else _unquote
            entries[_unquote(line, name, warnings)] = read(line, text, warnings)
    return entries


def _read_brackets(line: Line, text: str, warnings: list[str]) -> list[str]:
    return [_unquote(line, piece, warnings) for piece in split_commas(text[1:-1])]


def _unquote(line: Line, text: str, warnings: list[str]) -> str:
    """Take single quotes off; double quotes belong to the value, as they always did."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1]
    if text.startswith("'") and text.count("'") == 1:
        warnings.append(f"{line.where}: a quote is opened and never closed")
        return text[1:]
    return text
