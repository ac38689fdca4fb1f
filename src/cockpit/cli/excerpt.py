"""The lines of source that an eco quotes, numbered, with the line of the error found. Pure.

An excerpt does not say where it begins: its sender may have cut it anywhere. The trace quotes the
line of the error, so that is looked for; failing that, an excerpt has it in its middle, or near the
top of the file where it stands there.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_SOURCE = r'^\s*File "[^"\n]*", line {line}, in .*\n\s*(\S.*?)\s*$'


class Line(NamedTuple):
    """A line of source; its number is 0 when it is not known."""

    number: int
    text: str
    is_it: bool


def excerpt(code: str, line_nbr: int, backtrace: str) -> Iterator[Line]:
    """Yield the lines of an excerpt.

    Args:
        line_nbr: The line of the error, in its file.
        backtrace: As Python writes it.
    """
    texts = code.expandtabs(4).rstrip().split("\n") if code.strip() else []
    at = _place(texts, line_nbr, backtrace)
    for n, text in enumerate(texts):
        yield Line(line_nbr - at + n if at >= 0 else 0, text, n == at)


def _place(texts: list[str], line_nbr: int, backtrace: str) -> int:
    """Return the index of the line of the error; -1 when it cannot be told."""
    middle = min(len(texts) // 2, line_nbr - 1)
    if line_nbr < 1 or middle < 0:
        return -1
    found = re.findall(_SOURCE.format(line=line_nbr), backtrace, re.MULTILINE)
    if not found:
        return middle
    wanted = found[-1].expandtabs(4)
    places = [n for n, text in enumerate(texts) if text.strip() == wanted and n < line_nbr]
    return min(places, key=lambda n: abs(n - middle)) if places else middle
