"""Variables of HRD: `$(key)` stands for the value of another key of the same file.

They are put in when a value is asked for, through other keys as often as it takes. A name that is
not known stays as it is written.

See: AYS 8, HRD variables; edge case 24.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from cockpit.ays.hrd_value import Value
from cockpit.errors import InputError

_VARIABLE = re.compile(r"\$\(([\w.]+)\)")
# Ten lines that each name the next one ten times would fill all memory.
_LONGEST = 1024 * 1024
_DEEPEST = 100


class Source(NamedTuple):
    """What a key stands for: its text, and where it is written (`file:line`)."""

    key: str
    text: str
    where: str


class Variables:
    """The variables of one value.

    Args:
        find: Returns what a key stands for; None leaves the variable as it is.
    """

    def __init__(self, find: Callable[[str], Source | None]) -> None:
        self._find = find
        self._known: dict[str, str] = {}

    def expand(self, value: Value, start: Source) -> Value:
        """Return the value of `start` with its variables put in, in items and dict values too.

        Raises:
            InputError: The variables go round in a circle, lead through more than 100 keys, or make
                over 1 MiB of text.
        """
        if isinstance(value, str):
            return self._text(value, (start,))
        if isinstance(value, list):
            return [self._text(item, (start,)) for item in value]
        return {
            name: [self._text(one, (start,)) for one in item]
            if isinstance(item, list)
            else self._text(item, (start,))
            for name, item in value.items()
        }

    def _text(self, text: str, path: tuple[Source, ...]) -> str:
        if "$(" not in text:
            return text
        pieces: list[str] = []
        size = end = 0
        for found in _VARIABLE.finditer(text):
            pieces += [text[end : found.start()], self._put(found, path)]
            size += len(pieces[-1]) + len(pieces[-2])
            end = found.end()
            if size > _LONGEST:
                raise InputError(f"{path[0].where}: {path[0].key} is over 1 MiB with its variables")
        return "".join([*pieces, text[end:]])

    def _put(self, found: re.Match[str], path: tuple[Source, ...]) -> str:
        name = found[1].lower()
        if name not in self._known:
            source = self._find(name)
            if source is None:
                return found[0]
            if any(step.key == source.key for step in path):
                raise InputError(_circle([*path, source]))
            if len(path) > _DEEPEST:
                raise InputError(f"{path[0].where}: {path[0].key} leads through over 100 variables")
            self._known[name] = self._text(source.text, (*path, source))
        return self._known[name]


def _circle(path: list[Source]) -> str:
    steps = " → ".join(f"{step.key} ({step.where})" for step in path)
    return f"{path[0].where}: variables go round in a circle: {steps}"
