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
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from cockpit.errors import InputError

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
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
        InputError: It does not; names the field.
    """
    try:
        made = msgspec.convert(_plain(found), Calendar)
        ZoneInfo(made.timezone or "UTC")
    except msgspec.ValidationError as error:
        raise InputError(str(error)) from error
    except (KeyError, ValueError, OSError) as error:
        raise InputError(f"timezone: no time zone {found['timezone']!r}") from error
    for shift in made.shifts:
        for what, text in (("from", shift.begin), ("to", shift.end)):
            if not _CLOCK.fullmatch(text) or (what == "from" and text == "24:00"):
                raise InputError(f"shifts: {what} = {text!r} is no time of day such as 06:00")
        if not shift.who:
            raise InputError("shifts: who is empty")
    for day in made.instead:
        try:
            date.fromisoformat(day)
        except ValueError as error:
            raise InputError(f"instead: {day!r} is no date such as 2026-12-25") from error
    return made


def _time(text: str) -> time:
    hours, _, minutes = text.partition(":")
    return time(int(hours) % 24, int(minutes))


def _plain(found: Any) -> Any:
    """Return what TOML gave with every key a text: a bare date in a header is one already."""
    if isinstance(found, dict):
        return {str(key): _plain(value) for key, value in found.items()}
    return found
