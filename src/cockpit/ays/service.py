"""A service: an instance of a template, named `role!instance`, with its data."""

import re
from typing import Any

import msgspec

from cockpit.errors import InputError

LONGEST_NAME = 100
"""Role and instance together are the name of a folder, of 255 bytes at most."""

_NAME = re.compile(rf"[A-Za-z0-9._-]{{1,{LONGEST_NAME}}}")


class Listening(msgspec.Struct, frozen=True):
    """A subscription that a blueprint gives to one service.

    Attributes:
        where: Its filter as CEL; "" lets all events through.
        source: The blueprint's file.
    """

    type: str
    action: str
    where: str = ""
    source: str = ""


class ServiceRecord(msgspec.Struct, frozen=True):
    """A service as it is stored; `data` holds only what JSON can hold.

    Attributes:
        parent: Key of the service that it lives in; "" for none.
        producers: Keys of the services that it consumes, by role.
        recurring: Seconds by action, as a blueprint has it; goes before service.hrd. 0 is never.
        recurring_from: The blueprint's file by action.
        listens: What a blueprint has it listen to besides service.hrd.
        trusted: Keys of the data whose `$(secret:NAME)` counts, see `trust`.
    """

    repo: str
    key: str
    role: str
    instance: str
    template: str
    data: dict[str, Any]
    parent: str = ""
    producers: dict[str, list[str]] = {}
    recurring: dict[str, float] = {}
    listens: list[Listening] = []
    trusted: list[str] = []
    recurring_from: dict[str, str] = {}

    def needs(self) -> list[str]:
        """Return the keys of what must be there before this service: its parent, its producers."""
        found = [self.parent] if self.parent else []
        return list(
            dict.fromkeys([*found, *(key for keys in self.producers.values() for key in keys)])
        )


def is_name(text: str) -> bool:
    """Tell whether a template or instance may be called so.

    It may have letters, digits, `-`, `_`, `.`, 100 at most.
    """
    return _NAME.fullmatch(text) is not None


def key(role: str, instance: str) -> str:
    """Join `role!instance`; upper and lower case are kept and count.

    Raises:
        InputError: A part is no name: see `is_name`.
    """
    for what, name in (("role", role), ("instance", instance)):
        if not is_name(name):
            raise InputError(
                f"{what} {name!r:.130}: only letters, digits, '-', '_' and '.' are allowed,"
                " 100 at most"
            )
    return f"{role}!{instance}"


def parse_key(text: str) -> tuple[str, str]:
    """Split `role!instance` into its two names.

    Raises:
        InputError: No `!`, more than one, or a name that `key` refuses.
    """
    role, mark, instance = text.partition("!")
    if not mark:
        raise InputError(f"{text!r} is not a service: write role!instance")
    key(role, instance)
    return role, instance


def plain(value: object) -> Any:
    """Return the value as JSON gives it back, so that a reload never changes a type.

    Raises:
        InputError: JSON cannot hold it.
    """
    try:
        return msgspec.json.decode(msgspec.json.encode(value))
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise InputError(f"a {type(value).__name__} that JSON cannot hold: {error}") from error
