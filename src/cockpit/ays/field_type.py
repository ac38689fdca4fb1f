"""The types of schema fields: a value from YAML, from a default or from stored data, made fit.

Every conversion is idempotent: what came out goes in again unchanged. Text that still holds a
reference, `$(web.root)` or `$(secret:NAME)`, is kept: what it stands for is not known here.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import yaml

from cockpit.ays.field_format import FORMATS, is_fit
from cockpit.ays.service import plain
from cockpit.errors import InputError

TYPES: Final[Mapping[str, str]] = {
    **{name: name for name in ("str", "int", "float", "bool", "dict", "multiline", "password")},
    **{name: name for name in ("ipport", *FORMATS)},
    "string": "str",
    "integer": "int",
    "boolean": "bool",
    "mobile": "tel",
    "ipaddress": "ipaddr",
    # A list, of text; what `type:list` and the label `list` say together is one list too.
    **dict.fromkeys(("list", "set"), "str"),
}
"""The type names of AYS 8, and the one name of each that is used here."""

NUMBERS: Final = frozenset({"int", "float", "ipport"})
"""The types that have a smallest and a largest value."""

# A bool without a default is True in every AYS, and templates count on it.
_EMPTY: Final[Mapping[str, Any]] = {
    "int": 0,
    "ipport": 0,
    "float": 0.0,
    "bool": True,
    "dict": {},
    "any": None,
}
_ADVICE: Final = {"ipport": ", write a port from 1 to 65535"}
_BOOLS: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off", ""), False),
}
_INT_BITS: Final = 63
_LAST_PORT: Final = 65535
_MAX_SHOWN: Final = 60
# `any` and the types that are written in a language of their own take a list as it is.
_STRUCTURED: Final = frozenset({"any", "json", "yaml"})
_REFERENCE = re.compile(r"\$\([\w.:-]+\)")


def empty(type_: str) -> Any:
    """Return what a single value is that nobody has set, also where such a value is not allowed."""
    return _EMPTY.get(type_, "")


def is_reference(value: object) -> bool:
    """Tell whether the value is text that holds a `$(…)`."""
    return isinstance(value, str) and _REFERENCE.search(value) is not None


def convert(value: Any, type_: str, *, is_list: bool) -> Any:
    """Return the value as its type has it, or a list of such values.

    Text for a list is split at commas; a list of one for a single value is unwrapped. The type
    `any` takes everything that JSON can hold.

    Args:
        type_: A value of `TYPES`, or `any`.

    Raises:
        InputError: The value does not fit; for a password the message does not show it.
    """
    if not is_list:
        is_wrapped = isinstance(value, list) and len(value) == 1 and type_ not in _STRUCTURED
        return _convert_one(value[0] if is_wrapped else value, type_)
    if isinstance(value, str):
        bare = value.strip().removeprefix("[").removesuffix("]")
        pieces = (piece.strip().strip("'\"") for piece in bare.split(","))
        value = [piece for piece in pieces if piece]
    items = value if isinstance(value, list) else [value]
    return [_convert_one(item, type_) for item in items]


def shown(value: object) -> str:
    """Return the value for a message, cut when it is long."""
    text = repr(value)
    return text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"


def _convert_one(value: Any, type_: str) -> Any:
    value = plain(value)
    if type_ == "any":
        return value
    if isinstance(value, str) and _REFERENCE.fullmatch(value):
        return value
    made = _READERS.get(type_, _read_text)(value, type_)
    if made is None:
        told = "the value" if type_ == "password" else shown(value)
        advice = f", {FORMATS[type_].advice}" if type_ in FORMATS else _ADVICE.get(type_, "")
        raise InputError(f"{told} is no {type_}{advice}")
    return made


def _read_text(value: Any, type_: str) -> str | None:
    """Return text of the form that the type asks for; empty text is a value not set."""
    if value is None or isinstance(value, list | dict):
        return None
    text = str(value).strip() if type_ in FORMATS else str(value)
    return text if not text or is_reference(text) or is_fit(text, type_) else None


def _read_structured(value: Any, type_: str) -> str | None:
    """Return JSON or YAML text; a structure is written down as such."""
    if isinstance(value, str):
        return _read_text(value, type_)
    if type_ == "yaml" and isinstance(value, list | dict):
        return str(yaml.safe_dump(value, sort_keys=False, allow_unicode=True)).strip()
    return msgspec.json.encode(value).decode()


def _read_int(value: Any, type_: str) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return None
    is_exact = not isinstance(value, float) or value == number
    is_port = 0 < number <= _LAST_PORT
    is_allowed = is_exact and (is_port or type_ != "ipport")
    return number if is_allowed and number.bit_length() <= _INT_BITS else None


def _read_float(value: Any, _: str) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _read_bool(value: Any, _: str) -> bool | None:
    if isinstance(value, bool):
        return value
    return _BOOLS.get(str(value).strip().lower())


def _read_dict(value: Any, _: str) -> dict[str, Any] | None:
    """Return a mapping; text is JSON, or `a:1, b:2` as HRD has it."""
    if not isinstance(value, str):
        return value if isinstance(value, dict) else None
    if value.lstrip().startswith("{"):
        return _read_json_dict(value)
    pairs = [piece.partition(":") for piece in value.split(",") if piece.strip()]
    if not all(colon for _, colon, _ in pairs):
        return None
    return {name.strip(): text.strip().strip("'\"") for name, _, text in pairs}


def _read_json_dict(text: str) -> dict[str, Any] | None:
    try:
        made = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None
    return made if isinstance(made, dict) else None


_READERS: Final = {
    "int": _read_int,
    "ipport": _read_int,
    "float": _read_float,
    "bool": _read_bool,
    "dict": _read_dict,
    "json": _read_structured,
    "yaml": _read_structured,
}
