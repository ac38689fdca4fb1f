"""Which of the services that listen to a type of event let one event through. Pure.

Services in a row that share a filter are one band. A filter that asks only about the event is
evaluated once for all bands that have it; one of the form `event.… == service.key` is a look-up;
only what else asks about `service` or `hrd` is evaluated service by service.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from cockpit.ays.filter import Filter, context
from cockpit.errors import InputError
from cockpit.events import Event

MOST_TOLD = 50
"""How many filters that say no stand in the trail of one event, at most."""

Data = Callable[[Sequence[str]], list[dict[str, Any]]]
"""Reads the data of services by their paths."""


class Match(msgspec.Struct, frozen=True):
    """A subscription that an event fires: one action of one service."""

    repo: str
    service: str
    action: str

    @property
    def path(self) -> str:
        """`<repo>/<role>!<instance>`, as Redis names the service."""
        return f"{self.repo}/{self.service}"


class Refused(msgspec.Struct, frozen=True):
    """A subscription that cannot fire, by file and line, and why."""

    repo: str
    template: str
    line: str
    why: str


class Listener(msgspec.Struct, frozen=True):
    """A service that listens to one type of event.

    Attributes:
        matches: What the event calls, in order.
        expects_ms: How long it may wait for the next such event; 0 = for ever.
    """

    repo: str
    key: str
    template: str
    matches: list[Match]
    expects_ms: int = 0
    filter: Filter | None = None

    @property
    def path(self) -> str:
        """`<repo>/<role>!<instance>`."""
        return f"{self.repo}/{self.key}"

    def refused(self, why: str) -> Refused:
        """Return the word about its filter."""
        return Refused(self.repo, self.template, self.filter.source if self.filter else "", why)


class Sifted(msgspec.Struct):
    """What became of an event.

    Attributes:
        matches: What it calls, in order.
        refused: Which filters said no, and which failed.
        failed: Those of `refused` that could not be evaluated.
        awaited: Services that expected it, and how many ms they may wait for the next.
    """

    matches: list[Match] = []
    refused: list[Refused] = []
    failed: list[Refused] = []
    awaited: list[tuple[str, int]] = []


class _Band:
    """Services in a row with the same filter, or with none."""

    def __init__(self, order: int, filter_: Filter | None) -> None:
        self.order = order
        self.filter = filter_
        self.listeners: list[Listener] = []
        self.matches: list[Match] = []
        self.awaited: list[tuple[str, int]] = []
        self._by_key: dict[str, list[Listener]] = {}

    def add(self, listener: Listener) -> None:
        self.listeners.append(listener)
        self.matches += listener.matches
        self._by_key.setdefault(listener.key, []).append(listener)
        if listener.expects_ms:
            self.awaited.append((listener.path, listener.expects_ms))

    def named(self, key: str) -> "_Band":
        """Return the part of it whose services have this key."""
        return self.part(self._by_key.get(key, []))

    def part(self, listeners: Iterable[Listener]) -> "_Band":
        """Return a band of some of its services."""
        made = _Band(self.order, self.filter)
        for listener in listeners:
            made.add(listener)
        return made


class Sieve:
    """The listeners of one type of event, in order.

    Args:
        data: Asked for the data of services whose filters ask for `hrd`.
    """

    def __init__(self, listeners: Iterable[Listener], *, data: Data) -> None:
        self._data = data
        self._plain: list[_Band] = []
        self._shared: dict[str, list[_Band]] = {}
        self._single: list[_Band] = []
        last: _Band | None = None
        for order, listener in enumerate(listeners):
            if last is None or last.filter is not listener.filter:
                last = self._band(order, listener.filter)
            last.add(listener)
        self._asked = [
            (bands[0].filter.program.execute, bands)
            for bands in self._shared.values()
            if bands[0].filter
        ]
        self._always = _sifted(self._plain)

    def _band(self, order: int, filter_: Filter | None) -> _Band:
        made = _Band(order, filter_)
        if filter_ is None:
            self._plain.append(made)
        elif filter_.names <= {"event"}:
            self._shared.setdefault(filter_.text, []).append(made)
        else:
            self._single.append(made)
        return made

    def sift(self, event: Event) -> Sifted:
        """Return what the event calls; no filter can do more harm than refuse its own services."""
        if not self._asked and not self._single:
            return self._always
        asked = context(event={name: event[name] for name in event})
        passed: list[_Band] = []
        refused: list[Refused] = []
        failed: list[Refused] = []
        self._sift_shared(asked, passed, refused, failed)
        for band in self._single:
            try:
                passed.append(self._sift_single(band, asked, refused, failed))
            except InputError as error:
                failed.append(band.listeners[0].refused(str(error)))
        made = _sifted(sorted([*self._plain, *passed], key=lambda band: band.order))
        made.refused, made.failed = [*failed, *refused], failed
        return made

    def _sift_shared(
        self, asked: Any, passed: list[_Band], refused: list[Refused], failed: list[Refused]
    ) -> None:
        """Ask each distinct filter once."""
        no = 0
        # PERF: ten thousand of these are asked for each event; nothing but the call is in its way.
        for execute, bands in self._asked:
            try:
                answer = execute(asked)
            except Exception:  # noqa: BLE001 - asked again for its words
                answer = None
            if answer is False:
                no += 1
                if no <= MOST_TOLD:
                    refused += [_no(band) for band in bands]
            elif answer is True:
                passed += bands
            else:
                failed += [_failed(band, asked) for band in bands]
        if no > MOST_TOLD:
            refused.append(Refused("", "", "", f"{no - MOST_TOLD} more filters say no"))

    def _sift_single(
        self, band: _Band, asked: Any, refused: list[Refused], failed: list[Refused]
    ) -> _Band:
        """Ask a filter about each service."""
        filter_ = band.filter
        if filter_ is None:
            return band
        if filter_.own is not None:
            found = band.named(filter_.key(asked))
        else:
            found = band.part(self._asked_each(band, filter_, asked, failed))
        if len(found.listeners) < len(band.listeners):
            refused.append(_no(band, len(band.listeners) - len(found.listeners)))
        return found

    def _asked_each(
        self, band: _Band, filter_: Filter, asked: Any, failed: list[Refused]
    ) -> list[Listener]:
        paths = [listener.path for listener in band.listeners] if "hrd" in filter_.names else []
        rows = self._data(paths) if paths else [{}] * len(band.listeners)
        found: list[Listener] = []
        bad: list[str] = []
        for listener, hrd in zip(band.listeners, rows, strict=True):
            role, _, instance = listener.key.partition("!")
            about = {"key": listener.key, "role": role, "instance": instance, "repo": listener.repo}
            asked.update({"service": about, "hrd": hrd})
            try:
                if filter_.holds(asked):
                    found.append(listener)
            except InputError as error:
                bad.append(f"{listener.key}: {error}")
        if bad:
            others = f" (and {len(bad) - 1} more services)" if len(bad) > 1 else ""
            failed.append(band.listeners[0].refused(bad[0] + others))
        return found


def _sifted(bands: Iterable[_Band]) -> Sifted:
    made = Sifted()
    for band in bands:
        made.matches += band.matches
        made.awaited += band.awaited
    return made


def _no(band: _Band, services: int = 0) -> Refused:
    text = band.filter.text if band.filter else ""
    of = f" for {services} of its services" if services else ""
    return band.listeners[0].refused(f"the filter says no{of}: {text}")


def _failed(band: _Band, asked: Any) -> Refused:
    listener = band.listeners[0]
    try:
        if listener.filter is not None:
            listener.filter.holds(asked)
    except InputError as error:
        return listener.refused(str(error))
    raise AssertionError("a filter that failed did not fail when it was asked again")
