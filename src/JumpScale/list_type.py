"""`j.data.types.list`."""

from collections.abc import Callable
from typing import Any

from cockpit.errors import InputError

__all__ = ["check", "clean", "fromString", "get_default", "toString"]

_READERS: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "string": str,
    "int": int,
    "integer": int,
    "float": float,
}


def check(value: object) -> bool:
    """Tell whether it is a list or a tuple."""
    return isinstance(value, list | tuple)


def get_default() -> list[Any]:
    """Return an empty list."""
    return []


def fromString(v: Any, ttype: str = "str") -> list[Any]:
    """Return a list of a list, or of text with commas: `a, b`.

    Args:
        ttype: What the items are: `str`, `int` or `float`.

    Raises:
        InputError: It is neither, or an item is none of that type.
    """
    read = _READERS.get(ttype)
    if read is None:
        raise InputError(f"{ttype!r} is no type of items: {', '.join(_READERS)}")
    if isinstance(v, str):
        v = [item.strip() for item in v.strip().strip("[]").split(",") if item.strip()]
    if not check(v):
        raise InputError(f"{v!r:.80} is no list")
    try:
        return [read(item) for item in v]
    except (TypeError, ValueError) as e:
        raise InputError(f"{v!r:.80}: {e}") from e


clean = fromString


def toString(v: Any) -> str:
    """Return the items as text with commas.

    Raises:
        InputError: It is no list.
    """
    return ", ".join(fromString(v))
