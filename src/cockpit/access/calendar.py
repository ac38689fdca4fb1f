"""A shift calendar: who is on duty at a moment, and who stands behind them. Pure.

    [calendars.oncall]
    timezone = "Europe/Brussels"
    rotate = "week"
    shifts = [
      {from = "06:00", to = "14:00", who = ["ann", "bob"]},
      {from = "14:00", to = "22:00", who = ["bob", "eve"], days = ["mon", "tue"]},
      {from = "22:00", to = "06:00", who = ["eve", "ann"]},
    ]
    [calendars.oncall.instead]
    2026-12-25 = ["eve"]

The first of `who` is on duty, the others are the backup in their order; `rotate` moves the list on
by one each day or week. `days` are those on which a shift begins. Where several shifts fit, the
first counts.

See: issue 3, people; original.md §4.5 (three shifts a day and a backup).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from cockpit.errors import InputError, nearest

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ROTATIONS = ("", "day", "week")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_ONE_DAY = timedelta(days=1)


class Shift(msgspec.Struct, frozen=True, kw_only=True, rename={"begin": "from", "end": "to"}):
    """Hours of the day, `HH:MM`; one that ends at or before its beginning ends the next day."""

    begin: str = "00:00"
    end: str = "24:00"
    who: tuple[str, ...]
    days: tuple[Day, ...] = DAYS

    def began(self, at: datetime) -> date | None:
        """Return the day on which it began, None when it does not hold at this local time."""
        now, begin, end = at.timetz().replace(tzinfo=None), _time(self.begin), _time(self.end)
        today, yesterday = at.date(), at.date() - _ONE_DAY
        is_over_midnight = self.end != "24:00" and end <= begin
        if now >= begin and (is_over_midnight or self.end == "24:00" or now < end):
            return today if DAYS[today.weekday()] in self.days else None
        if is_over_midnight and now < end and DAYS[yesterday.weekday()] in self.days:
            return yesterday
        return None


class Calendar(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shifts by the hour, and days on which somebody else is on duty; `timezone` "" is UTC."""

    shifts: tuple[Shift, ...] = ()
    timezone: str = ""
    rotate: Literal["", "day", "week"] = ""
    instead: Mapping[str, tuple[str, ...]] = {}

    def duty(self, epoch: float) -> tuple[str, ...]:
        """Return who is on duty, then the backup in order; nobody where no shift holds."""
        at = datetime.fromtimestamp(epoch, UTC).astimezone(ZoneInfo(self.timezone or "UTC"))
        if found := self.instead.get(at.date().isoformat()):
            return tuple(found)
        for shift in self.shifts:
            day = shift.began(at)
            if day is not None and shift.who:
                turn = self._turn(day) % len(shift.who)
                return (*shift.who[turn:], *shift.who[:turn])
        return ()

    def names(self) -> set[str]:
        """Return everybody whom it names."""
        named = [*(shift.who for shift in self.shifts), *self.instead.values()]
        return {name for several in named for name in several}

    def _turn(self, day: date) -> int:
        if self.rotate == "day":
            return day.toordinal()
        # The first day of the proleptic calendar is a Monday, as that of every week here.
        return (day.toordinal() - 1) // 7 if self.rotate == "week" else 0


def calendar(found: Any) -> Calendar:
    """Return the calendar that a table of cockpit.toml describes.

    Raises:
        InputError: It does not; every mistake, one per line, each begins with its key.
    """
    table = _plain(found)
    problems = [
        *_unknown("", table, Calendar),
        *_shifts(table.get("shifts")),
        *_one_of("rotate", table.get("rotate", ""), ROTATIONS),
        *_zone(table.get("timezone", "")),
        *_instead(table.get("instead", {})),
    ]
    if problems:
        raise InputError("\n".join(problems))
    return msgspec.convert(table, Calendar)


def _shifts(found: Any) -> list[str]:
    if not isinstance(found, list) or not found:
        return ['shifts: expected a list such as [{from = "06:00", to = "14:00", who = ["ann"]}]']
    problems = []
    for n, shift in enumerate(found, 1):
        where = f"shifts: shift {n}: "
        if not isinstance(shift, dict):
            problems.append(f'{where}expected a table such as {{who = ["ann"]}}')
            continue
        problems += _unknown(where, shift, Shift)
        problems += _people(f"{where}who", shift.get("who"))
        for what in ("from", "to"):
            text = shift.get(what, "24:00" if what == "to" else "00:00")
            is_time = isinstance(text, str) and _CLOCK.fullmatch(text)
            if not is_time or (what == "from" and text == "24:00"):
                problems.append(f"{where}{what}: {text!r} is no time of day such as 06:00")
        days = shift.get("days", [])
        for day in days if isinstance(days, list) else [days]:
            problems += _one_of(f"{where}days", day, DAYS)
    return problems


def _unknown(where: str, table: Mapping[str, Any], kind: type[msgspec.Struct]) -> list[str]:
    known = [field.encode_name for field in msgspec.structs.fields(kind)]
    return [f"{where}{key}: unknown key{nearest(key, known)}" for key in table if key not in known]


def _people(where: str, found: Any) -> list[str]:
    if isinstance(found, list) and found and all(isinstance(name, str) for name in found):
        return []
    return [f'{where}: expected a list of names such as ["ann", "bob"]']


def _one_of(where: str, found: Any, known: Sequence[str]) -> list[str]:
    if found in known:
        return []
    return [f"{where}: {found!r} is none of {', '.join(filter(None, known))}"]


def _zone(found: Any) -> list[str]:
    try:
        ZoneInfo(found or "UTC")
    except (TypeError, KeyError, ValueError, OSError):
        near = get_close_matches(str(found), available_timezones(), n=1)
        hint = f" (did you mean {near[0]}?)" if near else ""
        return [f"timezone: there is no time zone {found!r}{hint}"]
    return []


def _instead(found: Any) -> list[str]:
    if not isinstance(found, dict):
        return ['instead: expected lines such as 2026-12-25 = ["ann"]']
    problems = []
    for day, who in found.items():
        try:
            date.fromisoformat(day)
        except ValueError:
            problems.append(f"instead.{day}: {day!r} is no date such as 2026-12-25")
        problems += _people(f"instead.{day}", who)
    return problems


def _time(text: str) -> time:
    hours, _, minutes = text.partition(":")
    return time(int(hours) % 24, int(minutes))


def _plain(found: Any) -> Any:
    """Return what TOML gave with every key a text: a bare date in a header is one already."""
    if isinstance(found, dict):
        return {str(key): _plain(value) for key, value in found.items()}
    return found
