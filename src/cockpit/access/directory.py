"""The people of a cockpit: who is there, and who is meant by a name, a group or a calendar.

Kept in Redis, so that every robot knows them; those of cockpit.toml are written anew at each start.
Whom Telegram knows by which id is kept apart from them, so that a start forgets nobody.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from cockpit.access.calendar import Calendar
from cockpit.access.person import DECLARED, MOST_TELEGRAM_ID, Person, clashes
from cockpit.bus import Pipe, Script, keys
from cockpit.errors import InputError, nearest

_PEOPLE = ("HVALS", keys.PEOPLE)


class Duty(msgspec.Struct, frozen=True):
    """Who is on duty by a calendar: the first is, the others are the backup."""

    calendar: str
    people: tuple[str, ...]


class Audience(msgspec.Struct, frozen=True):
    """Whom names mean: those to reach at once, and who stands behind those on duty."""

    to: list[Person] = []
    backup: list[Person] = []


class Directory:
    """The people.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, pipe: Pipe, *, clock: Callable[[], float] = time.time) -> None:
        self._pipe = pipe
        self._clock = clock
        self._link = Script("cockpit.access", "link")

    def people(self) -> list[Person]:
        """List everybody, by name."""
        rows, flat = self._pipe.calls([_PEOPLE, ("HGETALL", keys.TELEGRAM_PEOPLE)])
        found = [msgspec.json.decode(raw, type=Person) for raw in rows]
        tied = {name.decode(): int(raw) for raw, name in zip(flat[::2], flat[1::2], strict=True)}
        return sorted(_with_ids(found, tied), key=lambda one: one.name)

    def get(self, name: str) -> Person:
        """Return one person.

        Raises:
            InputError: Nobody has this name.
        """
        found = self.find(name)
        if found is None:
            known = tuple(person.name for person in self.people())
            raise InputError(f"there is nobody called {name:.80}{nearest(name, known)}")
        return found

    def find(self, name: str) -> Person | None:
        """Return one person; None when nobody has this name."""
        return next((one for one in self.people() if one.name == name), None)

    def by_telegram(self, user_id: int) -> Person | None:
        """Return whom Telegram knows by an id; None for a stranger."""
        found = (one for one in self.people() if one.telegram_id and one.telegram_id == user_id)
        return next(found, None)

    def put(self, person: Person) -> None:
        """Add a person, or change them; without a Telegram id they keep the one they are tied to.

        Raises:
            InputError: They stand in cockpit.toml, as does another who has the Telegram id, or a
                name would mean two things: that of a person, a group and a calendar are never the
                same.
        """
        self._refuse_declared(person.name)
        known = self.people()
        others = [one for one in known if one.name != person.name]
        found = clashes([*others, person], self._calendars())
        if problems := [found[name] for name in (person.name, *person.groups) if name in found]:
            raise InputError("\n".join(problems))
        if person.telegram_id:
            self._refuse_tied_there(person.name, person.telegram_id)
        if len(others) == len(known) or person.telegram_id:
            # SECURITY: who is new is not tied to whoever had the name before.
            self._tie(person.name, person.telegram_id)
        record = msgspec.structs.replace(person, telegram_id=0)
        self._pipe.call("HSET", keys.PEOPLE, person.name, msgspec.json.encode(record))

    def remove(self, name: str) -> None:
        """Remove a person.

        Raises:
            InputError: Nobody has this name, or they stand in cockpit.toml.
        """
        self.get(name)
        self._refuse_declared(name)
        self._pipe.call("HDEL", keys.PEOPLE, name)
        self._tie(name, 0)

    def link(self, name: str, user_id: int) -> None:
        """Tie a person to a user of Telegram; whoever either was tied to before goes.

        Raises:
            InputError: Nobody has this name, it is no id, or cockpit.toml says otherwise.
        """
        if not 1 <= user_id <= MOST_TELEGRAM_ID:
            raise InputError(f"{user_id} is no id of a user of Telegram")
        self.get(name)
        self._refuse_tied_there(name, user_id)
        self._tie(name, user_id)

    def unlink(self, name: str) -> None:
        """Tie a person to no user of Telegram; again is harmless.

        Raises:
            InputError: Nobody has this name, or their id stands in cockpit.toml.
        """
        self.get(name)
        self._refuse_tied_there(name, 0)
        self._tie(name, 0)

    def declare(self, people: Iterable[Person], calendars: Mapping[str, Calendar]) -> None:
        """Take over what cockpit.toml says now: it replaces what it said before."""
        people = list(people)
        former = [person.name for person in self.people() if person.origin == DECLARED]
        commands: list[tuple[object, ...]] = [("HDEL", keys.PEOPLE, name) for name in former]
        commands += [("DEL", keys.CALENDARS)]
        commands += [("HSET", keys.PEOPLE, one.name, msgspec.json.encode(one)) for one in people]
        commands += [
            ("HSET", keys.CALENDARS, name, msgspec.json.encode(calendar))
            for name, calendar in calendars.items()
        ]
        self._pipe.calls(commands)
        for gone in set(former) - {one.name for one in people}:
            self._tie(gone, 0)

    def strangers(self) -> list[str]:
        """Say which calendars name whom nobody knows, one per line."""
        known = {person.name for person in self.people()}
        return [
            f"calendar {name} names {one}, and nobody is called so"
            for name, calendar in self._calendars().items()
            for one in sorted(calendar.names() - known)
        ]

    def duties(self, epoch: float | None = None) -> list[Duty]:
        """List who is on duty by each calendar, now or at a moment."""
        at = self._clock() if epoch is None else epoch
        return [Duty(name, calendar.duty(at)) for name, calendar in self._calendars().items()]

    def audience(self, who: str | Sequence[str]) -> Audience:
        """Return whom names mean: a person by name or address, a group, or who is on duty.

        Of a calendar it is the first on duty who can be reached, and the others who can are the
        backup. Nobody, when nobody is called so.

        Args:
            who: Names, several in a list or separated by commas.
        """
        everybody = {person.name: person for person in self.people()}
        duties = {duty.calendar: duty.people for duty in self.duties()}
        to: dict[str, Person] = {}
        backup: dict[str, Person] = {}
        given = who.split(",") if isinstance(who, str) else who
        for name in (text.strip().removeprefix("@") for text in given):
            if name in duties:
                on_duty = [everybody[one] for one in duties[name] if one in everybody]
                reachable = {one.name: one for one in on_duty if one.is_reachable}
                to |= dict(list(reachable.items())[:1])
                backup |= reachable
            elif name in everybody:
                to[name] = everybody[name]
            else:
                to |= {one.name: one for one in everybody.values() if one.is_meant(name)}
        return Audience(list(to.values()), [one for name, one in backup.items() if name not in to])

    def _calendars(self) -> dict[str, Calendar]:
        flat = self._pipe.call("HGETALL", keys.CALENDARS)
        return {
            name.decode(): msgspec.json.decode(raw, type=Calendar)
            for name, raw in zip(flat[::2], flat[1::2], strict=True)
        }

    def _refuse_declared(self, name: str) -> None:
        found = self.find(name)
        if found and found.origin == DECLARED:
            raise InputError(f"{name} stands in cockpit.toml: change [people.{name}] there")

    def _refuse_tied_there(self, name: str, user_id: int) -> None:
        """Refuse to tie a person, or an id, that cockpit.toml ties otherwise."""
        for raw in self._pipe.call(*_PEOPLE):
            one = msgspec.json.decode(raw, type=Person)
            if one.telegram_id and (one.telegram_id == user_id) != (one.name == name):
                raise InputError(
                    f"cockpit.toml ties {one.name} to the Telegram id {one.telegram_id}: change"
                    f" [people.{one.name}] there"
                )

    def _tie(self, name: str, user_id: int) -> None:
        self._pipe.run(self._link, (keys.TELEGRAM_PEOPLE,), (name, user_id or ""))


def _with_ids(people: Sequence[Person], tied: Mapping[str, int]) -> list[Person]:
    """Return people with the ids that they are tied to; what cockpit.toml says counts first."""
    declared = {one.telegram_id for one in people if one.telegram_id}
    found = []
    for one in people:
        user_id = tied.get(one.name, 0)
        if user_id and not one.telegram_id and user_id not in declared:
            found.append(msgspec.structs.replace(one, telegram_id=user_id))
        else:
            found.append(one)
    return found
