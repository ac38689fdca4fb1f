"""Spans of time as people write them: `10s`, `1m`, `24h`, `2d`, `1w`."""

import math
import re

from cockpit.errors import InputError

_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([smhdw])")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


def parse(text: str) -> float:
    """Return the span in seconds; quotes around the text are ignored.

    A number without a unit is refused: the ancestors read it differently from version to version.

    Raises:
        InputError: Not a number followed by one of s, m, h, d, w.

    See: AYS 8 periods, `recurring.sync = "5m"` (its quotes reach the reader).
    """
    found = _SPAN.fullmatch(text.strip().strip("'\"").strip())
    seconds = float(found[1]) * _SECONDS[found[2]] if found else math.inf
    if not math.isfinite(seconds):
        raise InputError(f"{text!r} is not a duration: write 10s, 1m, 24h, 2d or 1w")
    return seconds


def parse_period(text: str) -> float:
    """Return a span in seconds that is longer than zero: what is done each 0 s is never done with.

    Raises:
        InputError: As `parse`, or it is zero.
    """
    seconds = parse(text)
    if not seconds:
        raise InputError(f"{text!r} is no time at all: write 10s, 1m, 24h, 2d or 1w")
    return seconds
