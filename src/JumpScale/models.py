"""`j.data.models.cockpit_event`: the five events as objects that can be filled in step by step.

The fields, their types and every refusal are those of `cockpit.events`; here is only the manner
of AYS 8: set what you have, then `validate()` or `to_json()`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Self

import msgspec

from cockpit import events
from cockpit.errors import InputError
from cockpit.events import kinds, spelling

__all__ = ["Alarm", "Eco", "Email", "Generic", "Telegram"]


class CockpitEvent:
    """An event under construction; nothing is checked before `validate`.

    Fields are set as keywords or attributes, by today's names (`sender` or `from`, `bodytype`) or
    the old ones (`body_type`, `errormessage`). One that was never set reads as its default, and
    one that has none as None.
    """

    kind: ClassVar[type[events.Event]]
    _fields: dict[str, Any]

    def __init__(self, **fields: Any) -> None:
        object.__setattr__(self, "_fields", {})
        for name, value in fields.items():
            setattr(self, name, value)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read an event of this type from JSON; what it does not know is ignored.

        Raises:
            InputError: It is no JSON, no event, or one of another type; names the field.
        """
        return cls._of(events.decode(text))

    @classmethod
    def from_dict(cls, fields: Mapping[str, Any]) -> Self:
        """Make an event of fields by any of their names; nothing is checked before `validate`.

        Raises:
            AttributeError: There is no such field.
            InputError: `type` is another one.
        """
        return cls(**fields)

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """Read an event of this type from YAML.

        Raises:
            InputError: As `from_json`.
        """
        return cls._of(events.load_yaml(text))

    def to_event(self) -> events.Event:
        """Return the event as the rest of Cockpit has it: checked and frozen.

        Raises:
            InputError: A field is missing or wrong; names it.
        """
        return events.from_mapping(self._fields | {"type": self.kind.type})

    def validate(self) -> None:
        """Check every field.

        Raises:
            InputError: A field is missing or wrong; names it.
        """
        self.to_event()

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as they are on the wire.

        Raises:
            InputError: As `validate`.
        """
        return events.to_mapping(self.to_event())

    def to_json(self) -> str:
        """Write the event as JSON.

        Raises:
            InputError: As `validate`.
        """
        return events.encode(self.to_event()).decode()

    def to_yaml(self) -> str:
        """Write the event as YAML.

        Raises:
            InputError: As `validate`.
        """
        return events.dump_yaml(self.to_event())

    @classmethod
    def _of(cls, event: events.Event) -> Self:
        if not isinstance(event, cls.kind):
            raise InputError(f"type: {event.type!r} (expected {cls.kind.type})")
        found = events.to_mapping(event)
        del found["type"]
        return cls(**found)

    def __getattr__(self, name: str) -> Any:
        # Copying asks for these before there are any fields.
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "type":
            return self.kind.type
        wire = self._wire(name)
        # Kept, so that `email.cc.append(…)` counts.
        return self._fields.setdefault(wire, _defaults(self.kind)[wire])

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "type":
            self._fields[self._wire(name)] = value
        elif spelling.today({"type": value}).get("type") != self.kind.type:
            raise InputError(f"type: {value!r} (expected {self.kind.type})")

    def keys(self) -> list[str]:
        """Return the names of the fields on the wire, so that `dict(event)` works."""
        return ["type", *_defaults(self.kind)]

    def __getitem__(self, name: str) -> Any:
        if name != "type" and name not in _wire_names(self.kind):
            raise KeyError(name)
        return getattr(self, name)

    def __contains__(self, name: object) -> bool:
        return name == "type" or name in _wire_names(self.kind)

    def __iter__(self) -> Iterator[str]:
        return iter(self.keys())

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), "type", *_wire_names(self.kind)} - {"from"})

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self._filled() == other._filled()

    # It changes, so it is no key.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self._fields.items())
        return f"{type(self).__name__}({told})"

    def _filled(self) -> dict[str, Any]:
        return _defaults(self.kind) | self._fields

    def _wire(self, name: str) -> str:
        wire = _wire_names(self.kind).get(name)
        if wire is None:
            known = ", ".join(sorted(_defaults(self.kind)))
            raise AttributeError(f"{type(self).__name__} has no field {name!r}: it has {known}")
        return wire


class Email(CockpitEvent):
    """A mail that came in."""

    kind = events.Email


class Telegram(CockpitEvent):
    """A message from or to people."""

    kind = events.Telegram


class Alarm(CockpitEvent):
    """A monitoring system says that something is wrong, or right again."""

    kind = events.Alarm


class Eco(CockpitEvent):
    """An error condition of an application."""

    kind = events.Eco


class Generic(CockpitEvent):
    """Anything else."""

    kind = events.Generic


def _wire_names(kind: type[events.Event]) -> dict[str, str]:
    """Return every name that a field may be called by → its name on the wire."""
    today = {wire: name for wire, name in kinds.attributes(kind).items() if wire != "type"}
    return (
        spelling.OLD_NAMES[kind.type]
        | {name: wire for wire, name in today.items()}
        | {wire: wire for wire in today}
    )


def _defaults(kind: type[events.Event]) -> dict[str, Any]:
    """Return wire name → a default of its own, None where the field has none."""
    return {known.encode_name: _default(known) for known in msgspec.structs.fields(kind)}


def _default(known: msgspec.structs.FieldInfo) -> Any:
    if known.default_factory is not msgspec.NODEFAULT:
        return known.default_factory()
    return None if known.default is msgspec.NODEFAULT else known.default
