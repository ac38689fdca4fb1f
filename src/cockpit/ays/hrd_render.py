"""HRD values as people would write them; what is rendered here reads back as the same value.

See: AYS 8, HRD writing (its losses are not repeated).
"""

import re
from collections.abc import Mapping
from typing import Any

from cockpit.ays.hrd_quote import encode
from cockpit.ays.hrd_value import Value
from cockpit.errors import InputError

_WORD = re.compile(r"[A-Za-z0-9_./-]+")
_BRACKETED = re.compile(r"\[[^\[\]]*\]")


def canonical(value: object) -> Value:
    """Return the value that HRD gives back: numbers and booleans become text.

    Raises:
        InputError: HRD cannot hold it: None, lists in lists, dicts below the first level.
    """
    match value:
        case bytes():
            return value
        case list() | tuple():
            return [_text(item) for item in value]
        case Mapping():
            return {_text(name): _item(item) for name, item in value.items()}
    return _text(value)


def quote(text: str, *, also: str = "") -> str:
    """Return text in single quotes; `also` lists further characters that cannot stand in it."""
    return f"'{encode(text, also=also)}'"


def quote_scalar(text: str) -> str:
    """Return text in quotes for the place after `key =`, where '[1,2]' would be a list."""
    return quote(text, also="[" if _BRACKETED.fullmatch(text) else "")


def one_line(value: list[str] | dict[str, str | list[str]]) -> str:
    """Return a list or a dict for the place after `key =`."""
    if isinstance(value, dict):
        entries = [f"{word(name)}:{_inline_item(item)}" for name, item in value.items()]
        return ", ".join(entries) or ":"
    return ", ".join(map(word, value)) + ("," if len(value) < 2 else "")  # noqa: PLR2004 - `x,`


def item_line(item: str) -> str:
    """Return an item of a list as a line of a block."""
    return f"{quote(item)},"


def entry_line(name: str, item: str | list[str]) -> str:
    """Return an entry of a dict as a line of a block."""
    return f"{word(name)}:{_brackets(item) if isinstance(item, list) else quote(item)},"


def word(text: str) -> str:
    """Return text as it is when nothing in it needs quotes, else in quotes."""
    return text if _WORD.fullmatch(text) else quote(text)


def _inline_item(item: str | list[str]) -> str:
    return _brackets(item) if isinstance(item, list) else word(item)


def _brackets(items: list[str]) -> str:
    return "[" + ",".join(quote(item, also="[]") for item in items) + "]"


def _item(value: Any) -> str | list[str]:
    return [_text(item) for item in value] if isinstance(value, list | tuple) else _text(value)


def _text(value: Any) -> str:
    if isinstance(value, str | int | float):
        return str(value)
    raise InputError(
        f"HRD holds text, lists of text and dicts of both, not a {type(value).__name__} there"
    )
