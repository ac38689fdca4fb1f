"""What the typed accessors of HRD make of a value, which is text, a list or a dict.

See: AYS 8, HRD types and access.
"""

import re
from collections.abc import Mapping
from typing import Any

_NUMBER = re.compile(r"[+-]?[0-9]{1,300}(\.[0-9]*)?|[+-]?\.[0-9]+")


def to_bool(value: Any) -> bool:
    """Return True for `1` and `true` in any case, False for everything else."""
    return str(value).strip("'\"").lower() in {"1", "true"}


def to_int(value: Any) -> int:
    """Return a whole number; `none` and nothing are 0.

    Raises:
        ValueError: It is none; also TypeError and OverflowError.
    """
    return 0 if isinstance(value, str) and value.lower() in {"", "none"} else int(value)


def to_list(value: Any) -> list[Any]:
    """Return a list; text is split at commas, without quotes and empty pieces."""
    if isinstance(value, str):
        pieces = (piece.strip().strip("'\"") for piece in value.split(","))
        return [piece for piece in pieces if piece]
    return list(value) if isinstance(value, list | tuple) else [value]


def to_dict(value: Any) -> dict[str, Any]:
    """Return a dict whose texts are typed: int, float, bool, else str; nothing is an empty one.

    Raises:
        TypeError: It is no dict.
    """
    if value and not isinstance(value, Mapping):
        raise TypeError("not a dict")
    return {name: to_plain(item) for name, item in (value or {}).items()}


def to_plain(value: Any) -> Any:
    """Return a text as the int, float or bool that it spells, in decimal digits; else as it is."""
    if not isinstance(value, str):
        return value
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    number = _NUMBER.fullmatch(value)
    if number is None:
        return value
    return float(value) if "." in value else int(value)


def as_text(value: Any) -> str:
    """Return a value as one text: a list as `['x','y']`, a dict as `a:x b:y`, bytes as UTF-8.

    Raises:
        UnicodeDecodeError: The bytes are no UTF-8.
    """
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list):
        return "[" + ",".join(f"'{item}'" for item in value) + "]"
    if isinstance(value, dict):
        return " ".join(f"{name}:{item}" for name, item in value.items())
    return str(value)
