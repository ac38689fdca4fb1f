"""`j.data.types.duration`: spans of time as AYS 8 wrote them."""

import re

from cockpit.ays import duration
from cockpit.errors import InputError

__all__ = ["check", "convertToSeconds", "fromString"]

_BARE = re.compile(r"-1|[0-9]+")


def convertToSeconds(value: str | float) -> int | float:
    """Return a span in seconds: `1w`, `2d`, `3h`, `4m`, `5s`, or a number as it is.

    A number without a unit is seconds here, as in AYS 8, also as text; -1 is without end.

    Raises:
        InputError: It is no span.
    """
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _BARE.fullmatch(text):
        return int(text)
    seconds = duration.parse(text)
    return int(seconds) if seconds.is_integer() else seconds


def check(value: object) -> bool:
    """Tell whether it is a span."""
    if isinstance(value, str):
        try:
            convertToSeconds(value)
        except InputError:
            return False
        return True
    return isinstance(value, int) and not isinstance(value, bool) and value >= -1


def fromString(v: str) -> str:
    """Return the text when it is a span.

    Raises:
        InputError: It is none.
    """
    convertToSeconds(v)
    return v
