"""The header fields of a request, read strictly: whoever reads them otherwise is smuggled past.

It stands in for the parser of the standard library, which takes folded lines, names before a space
and NUL, has no limit on the whole, and reads them as a mail.

See: RFC 9112 §5 (field syntax), §5.2 (folding is refused); RFC 9110 §5.5 (NUL is refused).
"""

import re
from collections.abc import Callable, Iterator

MAX_BYTES = 64 * 1024
MAX_FIELDS = 100
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\r\n\0]*)\r?\n")
_SHOWN = 40


class TooLargeError(ValueError):
    """More octets or more fields than anybody needs."""


class Fields:
    """Header fields in their order, by the names that pywsgi asks for."""

    status = ""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._pairs = pairs
        self._first = {name.lower(): value for name, value in reversed(pairs)}

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first value of a field; names have no case."""
        return self._first.get(name.lower(), default)

    getheader = get

    def get_all(self, name: str) -> list[str]:
        """Return every value of a field."""
        wanted = name.lower()
        if wanted not in self._first:
            return []
        return [value for known, value in self._pairs if known.lower() == wanted]

    def __delitem__(self, name: str) -> None:
        """Say that the field is not there: pywsgi drops a second length, which we refuse before."""
        raise KeyError(name)

    @property
    def headers(self) -> Iterator[str]:
        """The lines, as they are unfolded."""
        return (f"{name}: {value}\r\n" for name, value in self._pairs)

    @property
    def typeheader(self) -> str | None:
        """The media type of the body."""
        return self._first.get("content-type")


def read_fields(readline: Callable[[int], bytes]) -> Fields:
    """Read the fields up to the empty line after them.

    Args:
        readline: Gives the next line, of so many octets at most.

    Raises:
        TooLargeError: Over 64 KiB, or over 100 fields.
        ValueError: A line is no field.
    """
    pairs: list[tuple[str, str]] = []
    left = MAX_BYTES
    while (line := readline(left + 1)) not in {b"\r\n", b"\n"}:
        left -= len(line)
        if left < 0:
            raise TooLargeError(f"the header fields have more than {MAX_BYTES} octets")
        found = _FIELD.fullmatch(line)
        if found is None:
            raise ValueError(f"{line[:_SHOWN]!r} is no header field")
        pairs.append((found[1].decode("latin-1"), found[2].strip(b" \t").decode("latin-1")))
        if len(pairs) > MAX_FIELDS:
            raise TooLargeError(f"there are more than {MAX_FIELDS} header fields")
    return Fields(pairs)
