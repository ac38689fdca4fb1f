"""A moment as people write it: how long ago, a date, or epoch seconds."""

import time
from datetime import datetime

from cockpit.ays import duration
from cockpit.errors import InputError

_MOST = 2**33


def epoch(text: str, now: float | None = None) -> int | None:
    """Return a moment in epoch seconds; None for "".

    Args:
        text: `2h` (ago), `2026-05-03`, `2026-05-03T14:00`, in local time unless it says otherwise,
            or epoch seconds.
        now: Epoch seconds; None asks the clock.

    Raises:
        InputError: It is none of these.
    """
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and int(text) <= _MOST:
        return int(text)
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError):
        pass  # It may still be a duration.
    try:
        return max(0, int((time.time() if now is None else now) - duration.parse(text)))
    except InputError as error:
        raise InputError(
            f"{text!r:.60} is no moment: write 2h (ago), 2026-05-03T14:00 or epoch seconds"
        ) from error
