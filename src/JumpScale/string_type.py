"""`j.data.types.string`."""

from cockpit.errors import InputError

__all__ = ["check", "clean", "fromString", "get_default", "toString"]


def check(value: object) -> bool:
    """Tell whether it is text."""
    return isinstance(value, str)


def get_default() -> str:
    """Return the empty text."""
    return ""


def fromString(s: object) -> str:
    """Return text as it is.

    Raises:
        InputError: It is no text.
    """
    if not isinstance(s, str):
        raise InputError(f"{s!r:.80} is no text")
    return s


clean = fromString


def toString(v: object) -> str:
    """Return anything as text."""
    return str(v)
