"""The people and calendars that cockpit.toml declares: `[people.ann]`, `[calendars.oncall]`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from cockpit.access.calendar import Calendar, calendar
from cockpit.access.person import DECLARED, Person, clashes, person
from cockpit.errors import InputError, nearest

SECTIONS = ("people", "calendars")
_FIELDS = {
    "mail": (str, "a text"),
    "telegram": (str, "a text"),
    "telegram_id": (int, "a whole number"),
    "role": (str, "a text"),
    "groups": (list, "a list of texts"),
}


class Declared(msgspec.Struct, frozen=True):
    """Who is declared, who is on duty when, and what may be a slip."""

    people: list[Person] = []
    calendars: dict[str, Calendar] = {}
    warnings: list[str] = []


def declared(
    sections: Mapping[str, Any], line: Callable[[tuple[str, ...]], int], problems: list[str]
) -> Declared:
    """Read both sections.

    Args:
        sections: What TOML gave for `people` and `calendars`, if they are there.
        line: Gives the line of a section or key.
        problems: Takes every mistake as `cockpit.toml:4: people.ann: …`.
    """
    found = Declared([], {}, [])
    for section in SECTIONS:
        tables = sections.get(section, {})
        if not isinstance(tables, dict):
            problems.append(
                f"cockpit.toml:{line((section,))}: {section}: expected [{section}.NAME]"
            )
            continue
        for name, table in tables.items():
            try:
                _take(found, section, name, table)
            except InputError as error:
                for problem in str(error).splitlines():
                    head, colon, _ = problem.partition(": ")
                    keys = (section, name, *(head.split(".") if colon else ()))
                    problems.append(f"cockpit.toml:{line(keys)}: {section}.{name}: {problem}")
    for name, problem in clashes(found.people, found.calendars).items():
        problems.append(f"cockpit.toml:{line(('people', name))}: {problem}")
    for name, problem in _shared_ids(found.people):
        place = f"cockpit.toml:{line(('people', name, 'telegram_id'))}: people.{name}"
        problems.append(f"{place}: telegram_id: {problem}")
    known = sections.get("people", {})
    for name, one in found.calendars.items():
        for missing in sorted(one.names() - set(known)):
            where = f"cockpit.toml:{line(('calendars', name))}: calendars.{name}"
            found.warnings.append(
                f"{where}: there is no [people.{missing}]{nearest(missing, known)};"
                " until `cockpit people add` nobody is called so"
            )
    return found


def _take(found: Declared, section: str, name: str, table: Any) -> None:
    if not isinstance(table, dict):
        raise InputError(f"expected a section [{section}.{name}]")
    if section == "calendars":
        found.calendars[name] = calendar(table)
        return
    problems: list[str] = []
    sound: dict[str, Any] = {}
    for key, value in table.items():
        if key not in _FIELDS:
            problems.append(f"{key}: unknown key{nearest(key, _FIELDS)}")
            continue
        kind, expected = _FIELDS[key]
        parts = value if isinstance(value, list) else []
        # A truth value of TOML is a number to Python.
        if type(value) is not kind or not all(isinstance(part, str) for part in parts):
            problems.append(f"{key}: expected {expected}")
        else:
            sound[key] = value
    try:
        made = person(name, origin=DECLARED, **sound)
    except InputError as error:
        problems += str(error).splitlines()
    if problems:
        raise InputError("\n".join(problems))
    found.people.append(made)


def _shared_ids(people: Sequence[Person]) -> Iterator[tuple[str, str]]:
    """Yield those whose Telegram id is that of somebody before them, with what is wrong."""
    seen: dict[int, str] = {}
    for one in people:
        first = seen.setdefault(one.telegram_id, one.name)
        if one.telegram_id and first != one.name:
            yield one.name, f"{one.telegram_id} is that of {first}"
