"""The types of schema fields: a value from YAML, from a default or from stored data, made fit.

Every conversion is idempotent: what came out goes in again unchanged.
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from cockpit.ays.service import plain
from cockpit.errors import InputError

_TEXTS: Final = (
    *("str", "string", "multiline", "yaml", "json", "guid", "date", "duration"),
    *("email", "tel", "mobile", "ipaddr", "ipaddress", "iprange"),
)

TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(_TEXTS, "str"),
    **dict.fromkeys(("list", "set"), "str"),
    **dict.fromkeys(("int", "integer", "ipport"), "int"),
    "float": "float",
    **dict.fromkeys(("bool", "boolean"), "bool"),
    "dict": "dict",
}
"""The type names of AYS 8, and what each converts to."""

# A bool without a default is True in every AYS, and templates count on it.
EMPTY: Final[Mapping[str, Any]] = {"str": "", "int": 0, "float": 0.0, "bool": True, "dict": {}}
"""The default of a field that names none."""

_BOOLS: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off", ""), False),
}
_INT_BITS: Final = 63


def convert(value: Any, kind: str, *, is_list: bool) -> Any:
    """Return the value as str, int, float, bool, dict, or a list of one of them.

    Text for a list is split at commas; a list of one for a single value is unwrapped. The kind
    `any` takes everything that JSON can hold.

    Raises:
        InputError: The value does not fit.
    """
    if not is_list:
        is_wrapped = isinstance(value, list) and len(value) == 1 and kind != "any"
        return _convert_one(value[0] if is_wrapped else value, kind)
    if isinstance(value, str):
        bare = value.strip().removeprefix("[").removesuffix("]")
        value = [piece.strip() for piece in bare.split(",") if piece.strip()]
    items = value if isinstance(value, list) else [value]
    return [_convert_one(item, kind) for item in items]


def _convert_one(value: Any, kind: str) -> Any:
    value = plain(value)
    if kind == "any":
        return value
    made = _READERS[kind](value)
    if made is None:
        raise InputError(f"{value!r} is no {kind}")
    return made


def _str(value: Any) -> str | None:
    return None if value is None or isinstance(value, list | dict) else str(value)


def _int(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    is_exact = not isinstance(value, float) or value == number
    return number if is_exact and number.bit_length() <= _INT_BITS else None


def _float(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _bool(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return _BOOLS.get(str(value).strip().lower())


def _dict(value: Any) -> dict[str, Any] | None:
    if value == "":
        return {}
    return value if isinstance(value, dict) else None


_READERS: Final = {"str": _str, "int": _int, "float": _float, "bool": _bool, "dict": _dict}
