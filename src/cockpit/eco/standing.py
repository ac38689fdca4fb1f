"""How an alarm stands, and what moves it. Pure: events and times in, a standing out.

One alarm for each repository, service, method and labels. Its events come in the order of the log:
one that is older than what is known moves nothing.
"""

import hashlib
from typing import Literal

import msgspec
from msgspec.structs import replace

from cockpit.events import Alarm

MOST_HISTORY = 100
_LONG = 4_000
_SHORT = 500
_MOST_LABELS = 64
_MORE = "…"
_LAST_S = 2**33  # In the year 2242.
_AHEAD_S = 86_400

Status = Literal["firing", "resolved"]


class Level(msgspec.Struct, frozen=True):
    """Whom an alarm is told to that nobody took, and how long after it fired."""

    after_s: float
    who: str


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What counts; see `[alarms]` in docs/configuration.md.

    Attributes:
        most: Alarms that are kept.
        keep_s: Resolved ones that did not change for so long go.
        levels: Who is told one after the other; `severities` of which alarms, empty is of all.
        flap_changes: So many changes within `flap_window_s` are flapping.
    """

    most: int = 100_000
    keep_s: float = 30 * 86_400.0
    levels: tuple[Level, ...] = ()
    severities: tuple[str, ...] = ()
    flap_changes: int = 6
    flap_window_s: float = 600.0


class Ack(msgspec.Struct, frozen=True):
    """Who has an alarm, since when."""

    by: str
    epoch: float
    note: str = ""


class Silence(msgspec.Struct, frozen=True):
    """Until when an alarm calls nobody, in epoch seconds, and who said so."""

    until: float
    by: str
    note: str = ""


class Change(msgspec.Struct, frozen=True):
    """One thing that became of an alarm: `firing`, `resolved`, `acknowledged` and so on."""

    epoch: float
    what: str
    who: str = ""
    event: str = ""
    note: str = ""


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm as it stands; times in epoch seconds.

    Attributes:
        since: From when on its status holds.
        level: How many levels of people were told, `told` whom.
        awaits: Those who were told and must hear that it is resolved.
        unsaid: It flaps, and people have not heard so yet.
        event: Its newest event.
        ends: When it counts as resolved unless it comes again; 0 is never.
        ended: The event by which its time ran out last.
        history: Oldest first, the newest 100.
    """

    id: str
    service: str
    method: str
    labels: dict[str, str]
    repo: str
    status: Status
    severity: str
    msg: str
    url: str
    since: float
    first: float
    last: float
    count: int
    ack: Ack | None = None
    silence: Silence | None = None
    level: int = 0
    told: list[str] = []
    awaits: list[str] = []
    flapping: bool = False
    unsaid: bool = False
    event: str = ""
    ends: float = 0
    ended: str = ""
    history: list[Change] = []

    def is_silenced(self, now: float) -> bool:
        """Tell whether it calls nobody now."""
        return self.silence is not None and self.silence.until > now

    def due(self, rules: Rules) -> float:
        """Return when it must be looked at by the clock; 0 is never."""
        times = [self.silence.until] if self.silence else []
        times += [self.ends] if self.ends and self.status == "firing" else []
        times += [self.changed() + rules.flap_window_s] if self.flapping else []
        times += [self.changed()] if self.awaits or (self.unsaid and not self.silence) else []
        level = self.next_level(rules)
        times += [self.changed() + level.after_s] if level and not self.silence else []
        return min(times, default=0)

    def next_level(self, rules: Rules) -> Level | None:
        """Return who is told next; None when nobody is: somebody took it, or all were told."""
        if self.status != "firing" or self.ack:
            return None
        levels = self.levels(rules)
        return levels[self.level] if self.level < len(levels) else None

    def levels(self, rules: Rules) -> tuple[Level, ...]:
        """Return all who may be told of it."""
        is_meant = not rules.severities or self.severity in rules.severities
        return rules.levels if is_meant else ()

    def changed(self) -> float:
        """Return when it fired or was resolved last."""
        return next((one.epoch for one in reversed(self.history) if one.what in _MOVES), self.since)


class Wanted(msgspec.Struct, frozen=True):
    """Which alarms are meant; "" and None are all."""

    status: str = ""
    severity: str = ""
    service: str = ""
    method: str = ""
    acked: bool | None = None
    silenced: bool | None = None
    text: str = ""

    def means(self, alarm: Standing, now: float) -> bool:
        """Tell whether an alarm is meant, its status aside."""
        if self.acked not in (None, alarm.ack is not None):
            return False
        if self.silenced not in (None, alarm.is_silenced(now)):
            return False
        pairs = (
            (self.severity, alarm.severity),
            (self.service, alarm.service),
            (self.method, alarm.method),
        )
        if any(wanted not in ("", found) for wanted, found in pairs):
            return False
        told = [alarm.service, alarm.method, alarm.msg, *alarm.labels.values()]
        return any(self.text.lower() in one.lower() for one in told)


class Page(msgspec.Struct, frozen=True):
    """Alarms, those that fire first, the newest change first; `edge` tells where to go on."""

    alarms: list[Standing]
    edge: str


_MOVES = ("firing", "resolved")


def identity(alarm: Alarm) -> str:
    """Return the id of the alarm that an event is about: 12 hex digits.

    It is made of what is kept of long names, so what is published of an alarm has the same.
    """
    service, method, labels, repo = _names(alarm)
    told = [repo, service, method, sorted(labels.items())]
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()[:12]


def _names(alarm: Alarm) -> tuple[str, str, dict[str, str], str]:
    """Return service, method, labels and repository, of bounded length."""
    repo = str(alarm.meta.get("repo", ""))
    return _cut(alarm.service), _cut(alarm.method), _labels(alarm.labels), _cut(repo)


def _labels(labels: dict[str, str]) -> dict[str, str]:
    pairs = sorted(labels.items())
    if len(pairs) > _MOST_LABELS:
        digest = _digest(msgspec.json.encode(pairs))
        pairs = [*pairs[: _MOST_LABELS - 1], (_MORE, digest)]
    return {_cut(name): _cut(value) for name, value in pairs}


def _cut(text: str) -> str:
    """Return a text of bounded length: two that differ stay two, and a cut one stays as it is."""
    if len(text) <= _SHORT:
        return text
    end = _MORE + _digest(text.encode("utf-8", "backslashreplace"))
    return text[: _SHORT - len(end)] + end


def _digest(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()[:16]


def status_of(alarm: Alarm) -> Status:
    """Return what an event says: only the word `resolved` resolves."""
    return "resolved" if alarm.status.strip().lower() == "resolved" else "firing"


def ends(alarm: Alarm) -> float:
    """Return when an alarm ends by itself, in epoch seconds; 0 is never.

    So it is too when no clock will show it, or when it is no time at all: strangers wrote it.
    """
    told = alarm.meta.get("ends", 0)
    is_time = isinstance(told, int | float) and not isinstance(told, bool)
    return float(told) if is_time and 0 < told <= _LAST_S else 0.0


def heard(before: Standing | None, alarm: Alarm, now: float, rules: Rules) -> Standing:
    """Return how an alarm stands after one of its events.

    Args:
        alarm: With its id in the log.
        now: When it is heard, in epoch seconds: what the history and flapping go by.
    """
    if before is not None and _order(alarm.id) <= _order(before.event):
        return before
    status = status_of(alarm)
    # A time more than a day ahead is none, or not in seconds: it would be the last for ever.
    epoch = float(alarm.epoch) if 0 < alarm.epoch <= now + _AHEAD_S else now
    found = before or _begun(alarm, status, epoch)
    is_change = before is None or before.status != status
    found = replace(
        found,
        status=status,
        severity=alarm.severity[:_SHORT] or found.severity,
        msg=alarm.msg[:_LONG] or found.msg,
        url=alarm.url[:_LONG] or found.url,
        last=max(found.last, epoch) if found.last <= now + _AHEAD_S else epoch,
        count=found.count + 1,
        event=alarm.id,
        ends=ends(alarm) if status == "firing" else 0,
    )
    return _changed(found, before, now, epoch, rules) if is_change else found


def _changed(
    found: Standing, before: Standing | None, now: float, epoch: float, rules: Rules
) -> Standing:
    note = "before it fired" if before is None and found.status == "resolved" else ""
    found = noted(found, Change(now, found.status, event=found.event, note=note))
    found = replace(found, since=epoch)
    if found.status == "resolved":
        found = _flapped(replace(found, ack=None), now, rules)
        return found if found.flapping else replace(found, awaits=found.told)
    # While it flaps, those who were told are not told anew each time.
    fresh = found if found.flapping else replace(found, level=0, told=[], awaits=[])
    return _flapped(fresh, now, rules)


def _flapped(found: Standing, now: float, rules: Rules) -> Standing:
    edge = now - rules.flap_window_s
    moves = sum(one.what in _MOVES and one.epoch > edge for one in found.history)
    if found.flapping or moves < rules.flap_changes:
        return found
    note = f"{moves} changes in {rules.flap_window_s:g} s"
    found = noted(found, Change(now, "flapping", event=found.event, note=note))
    return replace(found, flapping=True, unsaid=True)


def noted(found: Standing, change: Change) -> Standing:
    """Return a standing with one more thing in its history."""
    return replace(found, history=[*found.history, change][-MOST_HISTORY:])


def passed(found: Standing, now: float, rules: Rules) -> Standing:
    """Return a standing after the times that are over: of its silence, and of flapping."""
    if found.silence and found.silence.until <= now:
        found = noted(replace(found, silence=None), Change(now, "silence over"))
    if found.flapping and found.changed() + rules.flap_window_s <= now:
        found = noted(replace(found, flapping=False, unsaid=False), Change(now, "calm"))
        # While it flapped they were not told each time.
        found = replace(found, awaits=found.told) if found.status == "resolved" else found
    return found


def _begun(alarm: Alarm, status: Status, epoch: float) -> Standing:
    service, method, labels, repo = _names(alarm)
    return Standing(
        id=identity(alarm),
        service=service,
        method=method,
        labels=labels,
        repo=repo,
        status=status,
        severity="",
        msg="",
        url="",
        since=epoch,
        first=epoch,
        last=epoch,
        count=0,
    )


def _order(event: str) -> tuple[int, ...]:
    """Return the place of an event in the log; before all others for "" and what is no id."""
    parts = event.removeprefix("alarm-").split("-")
    return tuple(int(part) for part in parts) if all(map(str.isdigit, parts)) else (-1,)
