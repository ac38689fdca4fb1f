"""What a sender calls `alarm.…` or `error.…` and that has the fields of one, is one.

Everything else is a generic event with the sender's word and its data.
"""

from typing import Any

import msgspec

from cockpit.events import Alarm, Eco, Event, Generic
from cockpit.rest.webhooks.delivery import words

_TYPES: dict[str, type[Alarm] | type[Eco]] = {
    "alarm": Alarm,
    "alert": Alarm,
    "error": Eco,
    "eco": Eco,
}


def typed(kind: str, data: Any, *, source: str, epoch: int, args: dict[str, Any]) -> Event:
    """Return the event.

    Args:
        kind: The sender's type, dotted: `alarm.disk`.
        data: What it tells.
        source: Which adapter reads it.
        epoch: When it happened, in seconds.
        args: What a generic event has beside `source`, `event` and `payload`.
    """
    type_ = _TYPES.get(kind.partition(".")[0].lower())
    if type_ and isinstance(data, dict):
        try:
            told: dict[str, Any] = {"epoch": epoch} | data | {"type": type_.type}
            told.pop("id", None)
            return msgspec.convert(told, type_)
        except msgspec.ValidationError:
            pass  # It only has such a name.
    more = {"source": source, "event": kind, "payload": data}
    return Generic(tags=words(source, kind), args=args | more, epoch=epoch)
