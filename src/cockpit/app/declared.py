"""The people and calendars that cockpit.toml declares: `[people.ann]`, `[calendars.oncall]`."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from cockpit.access.calendar import Calendar, calendar
from cockpit.access.person import DECLARED, Person, person
from cockpit.errors import InputError, nearest

SECTIONS = ("people", "calendars")
_FIELDS = ("mail", "telegram", "role", "groups")


class Declared(msgspec.Struct, frozen=True):
    """Who is declared, and who is on duty when."""

    people: list[Person] = []
    calendars: dict[str, Calendar] = {}


def declared(
    sections: Mapping[str, Any], line: Callable[[tuple[str, ...]], int], problems: list[str]
) -> Declared:
    """Read both sections.

    Args:
        sections: What TOML gave for `people` and `calendars`, if they are there.
        line: Gives the line of a section or key.
        problems: Takes every mistake as `cockpit.toml:4: people.ann: …`.
    """
    found = Declared([], {})
    for section in SECTIONS:
        tables = sections.get(section, {})
        if not isinstance(tables, dict):
            problems.append(
                f"cockpit.toml:{line((section,))}: {section}: expected [{section}.NAME]"
            )
            continue
        for name, table in tables.items():
            where = f"cockpit.toml:{line((section, name))}: {section}.{name}"
            try:
                _take(found, section, name, table)
            except InputError as error:
                problems += [f"{where}: {problem}" for problem in str(error).splitlines()]
    known = {one.name for one in found.people}
    for name, one in found.calendars.items():
        for missing in sorted(one.names() - known):
            where = f"cockpit.toml:{line(('calendars', name))}: calendars.{name}"
            problems.append(f"{where}: there is no [people.{missing}]{nearest(missing, known)}")
    return found


def _take(found: Declared, section: str, name: str, table: Any) -> None:
    if not isinstance(table, dict):
        raise InputError(f"expected a section [{section}.{name}]")
    if section == "calendars":
        found.calendars[name] = calendar(table)
        return
    for key, value in table.items():
        is_list = key == "groups"
        if key not in _FIELDS:
            raise InputError(f"unknown key {key}{nearest(key, _FIELDS)}")
        if not isinstance(value, list if is_list else str) or not all(
            isinstance(part, str) for part in value
        ):
            raise InputError(f"{key}: expected {'a list of texts' if is_list else 'a text'}")
    found.people.append(person(name, origin=DECLARED, **table))
