"""An event as `class Actions` of AYS 8.0 receives it: its JSON, a real `str`, with its fields."""

from typing import Any, Self

from cockpit import events
from cockpit.events.spelling import OLD_NAMES


class EventText(str):  # noqa: SLOT000 - a text cannot have slots
    """JSON of an event: `json.loads(event)`, `event.sender`, `event["from"]` and old names."""

    event: events.Event

    def __new__(cls, event: events.Event) -> Self:
        """Write the event down."""
        text = super().__new__(cls, events.encode(event).decode())
        text.event = event
        return text

    def __getnewargs__(self) -> tuple[events.Event]:  # type: ignore[override]
        return (self.event,)

    def __getattr__(self, name: str) -> Any:
        # Copying and pickling ask for these before there is an event.
        if name.startswith("_") or name == "event":
            raise AttributeError(name)
        wire = OLD_NAMES[self.event.type].get(name)
        return self.event[wire] if wire else getattr(self.event, name)

    def __getitem__(self, key: Any) -> Any:
        return self.event[key] if isinstance(key, str) else super().__getitem__(key)
