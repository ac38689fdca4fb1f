"""A finding: what is wrong or odd at one line of a file."""

import re

import msgspec

_PLACE = re.compile(r"(?P<file>[^:\n]+):(?P<line>[0-9]+): (?P<what>.*)", re.DOTALL)


class Finding(msgspec.Struct, frozen=True, order=True):
    """What was found.

    Attributes:
        file: Its path inside the repository.
        line: From 1; 0 when no line is meant.
        what: Why it will not work, or looks wrong.
        is_error: Whether it will not work; else it is a warning.
    """

    file: str
    line: int
    what: str
    is_error: bool = True

    @property
    def text(self) -> str:
        """The finding as `file:line: what`."""
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


def read(text: str, *, file: str, is_error: bool = True) -> Finding:
    """Return the finding that a message `file:line: what` tells.

    Args:
        file: What is meant when the message names no file.
    """
    found = _PLACE.fullmatch(text)
    if found is None:
        return Finding(file, 0, text, is_error)
    return Finding(found["file"], int(found["line"]), found["what"], is_error)


def place(text: str) -> tuple[str, int]:
    """Return file and line of a message, to sort by."""
    found = read(text, file="")
    return found.file, found.line
