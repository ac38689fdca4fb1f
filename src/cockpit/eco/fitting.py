"""JSON of bounded length: what is largest is left out whole, so the rest can be read. Pure."""

from collections.abc import Mapping
from typing import Any

import msgspec

_encode = msgspec.json.encode


def fitting(parts: Mapping[str, Any], most: int) -> str:
    """Return JSON of so many bytes at most; empty parts are left out.

    Args:
        parts: JSON-ready. Of a mapping its largest values go first, anything else goes whole.
    """
    kept = {name: dict(one) if isinstance(one, dict) else one for name, one in parts.items() if one}
    left = len(_encode(kept))
    for size, part, name in sorted(_sizes(kept), reverse=True):
        if left <= most:
            break
        if isinstance(kept[part], dict):
            del kept[part][name]
        else:
            del kept[part]
        left -= size
    return _encode({name: one for name, one in kept.items() if one}).decode()


def _sizes(parts: Mapping[str, Any]) -> list[tuple[int, str, str]]:
    """Return what each value takes with its name, and where it is."""
    return [
        (len(_encode({name: value})) - len("{}"), part, name)
        for part, one in parts.items()
        for name, value in (one.items() if isinstance(one, dict) else [(part, one)])
    ]
