"""A person whom the robot may tell and ask. Pure."""

import re
from collections.abc import Collection, Sequence
from typing import Literal

import msgspec

from cockpit.errors import InputError

Role = Literal["read", "operate", "admin"]
DECLARED = "cockpit.toml"
"""The origin of those whom the file names."""

ROLES: tuple[str, ...] = ("read", "operate", "admin")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
MOST_TELEGRAM_ID = 2**52
"""See: the Bot API, `User`: at most 52 significant bits."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is, and how to reach them.

    Attributes:
        telegram: The user name, without `@`.
        telegram_id: The numeric user id that Telegram knows them by; 0 is none. Only that is an
            identity: a user name may change hands.
        role: What they may do: `read`, `operate` or `admin`.
        origin: `cockpit.toml`, or "" for one that was added while the cockpit ran.
    """

    name: str
    mail: str = ""
    telegram: str = ""
    telegram_id: int = 0
    role: Role = "read"
    groups: tuple[str, ...] = ()
    origin: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether there is a way to reach them: mail or Telegram."""
        return bool(self.mail or self.telegram_id)

    def is_meant(self, text: str) -> bool:
        """Whether a text is an address of theirs, or a group they are in."""
        return bool(text) and text in (self.mail, self.telegram, *self.groups)


def person(
    name: str,
    *,
    mail: str = "",
    telegram: str = "",
    telegram_id: int = 0,
    role: str = "read",
    groups: Sequence[str] = (),
    origin: str = "",
) -> Person:
    """Return a person whose fields are sound.

    Raises:
        InputError: A field is not; all of them, one per line.
    """
    telegram = telegram.removeprefix("@")
    problems = [
        f"{what}: {value!r} has other than letters, digits, '.', '_', '-'"
        for what, value in [("name", name), *(("group", group) for group in groups)]
        if not _NAME.fullmatch(value)
    ]
    if mail and not _ADDRESS.fullmatch(mail):
        problems.append(f"mail: {mail!r} is no address")
    if telegram and not re.fullmatch(r"\w{3,64}", telegram):
        problems.append(f"telegram: {telegram!r} is no user name")
    if not 0 <= telegram_id <= MOST_TELEGRAM_ID:
        problems.append(f"telegram_id: {telegram_id} is no id of a user")
    if role not in ROLES:
        problems.append(f"role: {role!r} is none of {', '.join(ROLES)}")
    if problems:
        raise InputError("\n".join(problems))
    made = {"name": name, "mail": mail, "telegram": telegram, "role": role, "origin": origin}
    more = {"telegram_id": telegram_id, "groups": tuple(dict.fromkeys(groups))}
    return msgspec.convert(made | more, Person)


def clashes(people: Sequence[Person], calendars: Collection[str]) -> dict[str, str]:
    """Return the names that would mean two things, each with what it would mean."""
    meanings = {
        "a person": {one.name for one in people},
        "a group": {group for one in people for group in one.groups},
        "a calendar": set(calendars),
    }
    found = {}
    for name in set().union(*meanings.values()):
        several = [kind for kind, names in meanings.items() if name in names]
        if len(several) > 1:
            found[name] = f"{name} would be {' and '.join(several)}: choose another name"
    return found
