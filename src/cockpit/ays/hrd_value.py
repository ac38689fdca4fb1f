"""The value side of HRD: when text is a string, a list or a dict.

The old parser's results are kept wherever a real file depends on them; where it lost text, we
keep the text and warn. Nothing becomes a number here: types exist only in the accessors.

See: AYS 8, HRD line grammar, rules 5 and 6.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cockpit.ays.hrd_quote import decode
from cockpit.errors import InputError

Value = str | bytes | list[str] | dict[str, str | list[str]]

# PERF: each alternative runs at most once to the end of the line without success, so long
# lines cost linear time. An apostrophe inside a word opens nothing.
_QUOTED = r"""(?<!\w)'[^']*'|(?<!\w)"[^"]*\""""
_COMMENT = re.compile(rf"{_QUOTED}|(#)")
_COMMA = re.compile(rf"{_QUOTED}|\[[^\[\]]*\]|(,)")
_BRACKETS = re.compile(r"\[[^\[\]]*\]")
# What hides its commas and colons when the kind of a value is decided.
_CLOSED = re.compile(r"'[^']*'|\$\(secret:[\w.-]+\)")
_QUOTED_NAME = re.compile(r"('[^']*')\s*:")


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
    if "#" not in text:
        return text
    for found in _COMMENT.finditer(text):
        if found[1]:
            return text[: found.start()]
    return text


def read_inline(line: Line, warnings: list[str]) -> Value:
    """Read the right side of `key = value`.

    Raises:
        InputError: A dict entry without `:`.
    """
    bare = _CLOSED.sub("_", line.text)
    if bare.startswith(("'", '"')) or "@ask" in bare.lower():
        return _read_scalar(line._replace(text=line.text.rstrip(",: \t")), warnings)
    if not ("," in bare or ":" in bare) or _BRACKETS.fullmatch(line.text):
        return _read_scalar(line, warnings)
    return read_dict([line], warnings) if ":" in bare else read_list([line], warnings)


def read_block(lines: Sequence[Line], warnings: list[str]) -> Value:
    """Read the indented lines under `key =`; the first line decides the kind.

    Raises:
        InputError: A dict entry without `:`.
    """
    if not lines:
        return ""
    bare = _CLOSED.sub("_", lines[0].text)
    if bare.endswith(","):
        return read_dict(lines, warnings) if ":" in bare else read_list(lines, warnings)
    if len(lines) == 1:
        return _read_scalar(lines[0], warnings)
    for line in lines:
        if line.text.endswith(","):
            warnings.append(f"{line.where}: read as text, for the first line has no comma")
            break
    return "\n".join(line.text for line in lines)


def read_list(lines: Sequence[Line], warnings: list[str]) -> list[str]:
    """Read items between commas; the items of a bracket list count as items."""
    items: list[str] = []
    for line in lines:
        for piece in split_commas(line.text):
            if _BRACKETS.fullmatch(piece):
                items += _read_brackets(line, piece, warnings)
            else:
                items.append(_unquote(line, piece, warnings))
    return items


def read_dict(lines: Sequence[Line], warnings: list[str]) -> dict[str, str | list[str]]:
    """Read `name:value` entries between commas; an entry of colons alone is none.

    Raises:
        InputError: An entry without `:`.
    """
    entries: dict[str, str | list[str]] = {}
    for line in lines:
        for piece in split_commas(line.text):
            name, text = _split_entry(line, piece)
            if not (name or text.strip(":")):
                continue
            is_list = _BRACKETS.fullmatch(text)
            read = _read_brackets if is_list else _unquote
            entries[_unquote(line, name, warnings)] = read(line, text, warnings)
    return entries


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


def _split_entry(line: Line, piece: str) -> tuple[str, str]:
    quoted = _QUOTED_NAME.match(piece)
    if quoted:
        return quoted[1], piece[quoted.end() :].strip()
    name, colon, text = piece.partition(":")
    if not colon:
        raise InputError(f"{line.where}: {piece!r} has no ':' and stands in a dict")
    return name.strip(), text.strip()


def _read_scalar(line: Line, warnings: list[str]) -> Value:
    text = line.text
    # The old engine reads '[1,2]' as a list, quoted or not.
    inner = text[1:-1] if _is_quoted(text) else text
    if _BRACKETS.fullmatch(inner):
        return _read_brackets(line, inner, warnings)
    return _unquote(line, text, warnings)


def _read_brackets(line: Line, text: str, warnings: list[str]) -> list[str]:
    return [_unquote(line, piece, warnings) for piece in split_commas(text[1:-1])]


def _unquote(line: Line, text: str, warnings: list[str]) -> str:
    """Take single quotes off; double quotes belong to the value, as they always did."""
    if _is_quoted(text):
        return decode(text[1:-1])
    if text.startswith("'") and text.count("'") == 1:
        warnings.append(f"{line.where}: a quote is opened and never closed")
        return text[1:]
    return text


def _is_quoted(text: str) -> bool:
    return len(text) > 1 and text[0] == text[-1] == "'"
