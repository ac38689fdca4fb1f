"""The container in which Sentry's clients send: a line of JSON, then items with a line each.

See: Sentry's "Envelopes", Serialization Format.
"""

from typing import Any

import msgspec

from cockpit.errors import InputError
from cockpit.rest.webhooks.delivery import decode

_MOST_ITEMS = 100


class Item(msgspec.Struct, frozen=True):
    """One item: its type, and its octets."""

    type: str
    payload: bytes


class Envelope(msgspec.Struct, frozen=True):
    """What was sent: the header, and the items in their order."""

    header: dict[str, Any]
    items: list[Item]


def parse(body: bytes) -> Envelope:
    """Take an envelope apart; item types that nobody knows are kept as they are.

    Raises:
        InputError: A header is no JSON object, an item is shorter than it says, or there are more
            than 100.
    """
    line, at = _line(body, 0)
    header = decode(line, dict[str, Any])
    items: list[Item] = []
    while at < len(body):
        line, at = _line(body, at)
        if not line.strip():
            continue
        about = decode(line, dict[str, Any])
        payload, at = _payload(body, at, about.get("length"))
        items.append(Item(str(about.get("type") or ""), payload))
        if len(items) > _MOST_ITEMS:
            raise InputError(f"an envelope may have {_MOST_ITEMS} items")
    return Envelope(header, items)


def _payload(body: bytes, at: int, length: Any) -> tuple[bytes, int]:
    if not isinstance(length, int) or isinstance(length, bool):
        return _line(body, at)
    if length < 0 or at + length > len(body):
        raise InputError(f"an item says it has {length} bytes; {len(body) - at} are left")
    end = at + length
    return body[at:end], end + (body[end : end + 1] == b"\n")


def _line(body: bytes, at: int) -> tuple[bytes, int]:
    end = body.find(b"\n", at)
    return (body[at:], len(body)) if end < 0 else (body[at:end], end + 1)
