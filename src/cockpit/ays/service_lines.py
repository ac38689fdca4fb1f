"""The lines of service.hrd: what its services listen to, do again and again, and wait for.

    events.email = notify, escalate            recurring.check = 15m
    events.email.where = event.to == "x@y"     misfire.check = skip
    expects.email = 24h                        timeout.check = 30s    retries.check = 3

A line that cannot be followed is refused by itself, with its place and the nearest right word;
the other lines count.

See: the specification, "Pub/Sub mechanism": `events.$event-type = $action-name, …`.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

import msgspec

from cockpit.ays import duration, finding
from cockpit.ays.filter import Filter, compile_filter
from cockpit.ays.hrd import Entry, Hrd
from cockpit.errors import InputError, nearest
from cockpit.events import TYPES

MISFIRES = ("skip", "once", "all")
_POLICIES = ("misfire", "timeout", "retries", "order")
_ALIASES = {"mail": "email"}


class Subscription(msgspec.Struct, frozen=True):
    """An action that an event type calls; `source` is `…/service.hrd:12`."""

    type: str
    action: str
    line: int
    source: str


class Refusal(msgspec.Struct, frozen=True):
    """A line that does not count.

    Attributes:
        source: `…/service.hrd:12`, as the template calls its file.
        type: The event type that it is about, or is nearest to; "" for none.
    """

    source: str
    line: int
    why: str
    type: str = ""


class Recurring(msgspec.Struct, frozen=True):
    """An action that is done again and again.

    Attributes:
        period_s: Seconds from one beginning to the next.
        misfire: What becomes of times that went by: `skip` them, do it `once`, or do them `all`.
        text: The period as it is written, `15m`.
    """

    action: str
    period_s: float
    source: str
    misfire: str = "once"
    text: str = ""


class ServiceLines:
    """Sorts the lines of service.hrd into what they set and what is refused.

    Args:
        hrd: The file; `$(key)` in its lines stands for the values of its keys.
    """

    def __init__(self, hrd: Hrd) -> None:
        self.refusals: list[Refusal] = []
        self.warnings: list[str] = []
        self.timeouts_s: dict[str, float] = {}
        self.retry_counts: dict[str, int] = {}
        self.orders: dict[str, str] = {}
        # What says how an action is done: the action, and the line with its place.
        self.policies: list[tuple[str, str]] = []
        self._listed: dict[str, list[Subscription]] = {}
        self.filters: dict[str, Filter] = {}
        self._expects_s: dict[str, float] = {}
        self._recurring: dict[str, Recurring] = {}
        self._misfires: dict[str, str] = {}
        self._off: set[str] = set()
        self._hrd = hrd

    @property
    def subscriptions(self) -> dict[str, list[Subscription]]:
        """The actions of each event type, in the order they are called in."""
        return {
            type_: listed
            for type_, listed in self._listed.items()
            if listed and type_ not in self._off
        }

    @property
    def expects_s(self) -> dict[str, float]:
        """The longest silence in seconds, by event type."""
        return {type_: s for type_, s in self._expects_s.items() if type_ not in self._off}

    @property
    def recurring(self) -> dict[str, Recurring]:
        """What is done again and again, by action."""
        return {
            action: msgspec.structs.replace(one, misfire=self._misfires.get(action.lower(), "once"))
            for action, one in self._recurring.items()
        }

    def read(self, entry: Entry) -> None:
        """Take a line in; one that means nothing here is data of its author's."""
        family, _, name = entry.key.partition(".")
        readers: Mapping[str, Callable[[Entry, str], None]] = {
            "events": self._read_events,
            "expects": self._read_expects,
            "recurring": self._read_recurring,
            "misfire": self._read_misfire,
            "timeout": self._read_timeout,
            "retries": self._read_retries,
            "order": self._read_order,
        }
        if family.lower() == "event":
            self.warnings.append(
                f"{self._source(entry)}: {entry.key}: write events.<type>, ignored"
            )
        if not name or family.lower() not in readers:
            return
        try:
            # A filter is CEL, which is read as it stands.
            is_filter = family.lower() == "events" and "." in name
            readers[family.lower()](entry if is_filter else self._expanded(entry), name)
        except InputError as error:
            self._refuse(entry, str(error))
        else:
            if family.lower() in _POLICIES:
                self.policies.append((name, f"{self._source(entry)}: {entry.key}"))

    def _expanded(self, entry: Entry) -> Entry:
        if entry.error or "$(" not in entry.raw:
            return entry
        try:
            value, raw = self._hrd.get(entry.key), self._hrd.get_str(entry.key)
        except InputError as error:
            raise InputError(finding.read(str(error), file="").what) from error
        return msgspec.structs.replace(entry, value=value, raw=raw)

    def _refuse(self, entry: Entry, why: str) -> None:
        family, type_, *_ = entry.key.lower().split(".")
        about = _near_type(type_) if family in {"events", "expects"} else ""
        self.refusals.append(Refusal(self._source(entry), entry.line, why, about))

    def _read_events(self, entry: Entry, name: str) -> None:
        type_, _, detail = name.lower().partition(".")
        type_ = event_type(type_)
        if detail:
            self._read_filter(entry, type_, detail)
            return
        listed = self._listed.setdefault(type_, [])
        for action in _action_names(entry):
            if not action.isidentifier():
                self._refuse(entry, f"{action!r} cannot be the name of an action")
            elif any(one.action == action for one in listed):
                self.warnings.append(f"{self._source(entry)}: {action} is listed twice")
            else:
                listed.append(Subscription(type_, action, entry.line, self._source(entry)))

    def _read_filter(self, entry: Entry, type_: str, detail: str) -> None:
        # Without its filter the line would call actions for events that it leaves out.
        self._off.add(type_)
        if detail != "where":
            raise InputError(f"events.{type_}.{detail} means nothing, so events.{type_} is off")
        try:
            self.filters[type_] = compile_filter(entry.raw, source=self._source(entry))
        except InputError as error:
            raise InputError(f"{error}, so events.{type_} is off") from error
        self._off.discard(type_)

    def _read_expects(self, entry: Entry, name: str) -> None:
        self._expects_s[event_type(name.lower())] = duration.parse_period(entry.raw)

    def _read_recurring(self, entry: Entry, action: str) -> None:
        if not action.isidentifier():
            raise InputError(f"{action!r} cannot be the name of an action")
        text = _period(entry)
        source = self._source(entry)
        self._recurring[action] = Recurring(action, duration.parse_period(text), source, text=text)

    def _read_misfire(self, entry: Entry, action: str) -> None:
        self._misfires[action.lower()] = _one_of("misfire", entry, MISFIRES)

    def _read_timeout(self, entry: Entry, action: str) -> None:
        self.timeouts_s[action.lower()] = duration.parse_period(entry.raw)

    def _read_retries(self, entry: Entry, action: str) -> None:
        text = entry.raw.strip("'\"")
        if not (text.isascii() and text.isdigit()):
            raise InputError(f"retries is a whole number, not {text!r}")
        self.retry_counts[action.lower()] = int(text)

    def _read_order(self, entry: Entry, action: str) -> None:
        self.orders[action.lower()] = _one_of("order", entry, ("strict",))

    def _source(self, entry: Entry) -> str:
        return f"{self._hrd.source}:{entry.line}"


def event_type(name: str) -> str:
    """Return the event type that is called so; `mail` is `email`.

    Raises:
        InputError: There is none.
    """
    type_ = _ALIASES.get(name, name)
    if type_ not in TYPES:
        raise InputError(f"unknown event type {name}{nearest(name, TYPES)}")
    return type_


def _near_type(name: str) -> str:
    type_ = _ALIASES.get(name, name)
    return next(iter(get_close_matches(type_, TYPES, n=1)), "")


def _action_names(entry: Entry) -> list[str]:
    """Return the actions in the order listed; one line, several, quoted or not."""
    if entry.error or not isinstance(entry.value, str | list):
        raise InputError(f"{entry.key} lists actions, separated by commas")
    # A text may still hold commas: the old format takes "a, b" and 'a, b' for one value.
    pieces = entry.value if isinstance(entry.value, list) else entry.value.split(",")
    names = [piece.strip().strip("'\"") for piece in pieces]
    if not any(names):
        raise InputError(f"{entry.key} names no action")
    return [name for name in names if name]


def _period(entry: Entry) -> str:
    """Return the period of `15m`, or of the dictionary `period: 15m, log: True`."""
    found: Any = entry.value
    if isinstance(found, Mapping):
        if "period" not in found:
            raise InputError(f"{entry.key} has no period")
        text = str(found["period"]).strip("'\"")
        # Only here: AYS 8.1 took a number alone for seconds.
        return f"{text}s" if text.strip().isdigit() else text
    return entry.raw.strip().strip("'\"")


def _one_of(what: str, entry: Entry, known: tuple[str, ...]) -> str:
    text = entry.raw.strip("'\"").lower()
    if text not in known:
        raise InputError(f"{what} is {' or '.join(known)}, not {text!r}")
    return text
