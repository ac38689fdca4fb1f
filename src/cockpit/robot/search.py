"""Events chosen by type, time and filter: found page by page, and each page in bounded time."""

import time
from typing import Annotated

import gevent
import msgspec
from msgspec import Meta

from cockpit import events
from cockpit.ays.filter import Filter, compile_filter, context
from cockpit.ays.nesting import is_nested
from cockpit.bus import Log
from cockpit.bus.log import Page
from cockpit.errors import InputError

MOST_LOOKED = 5_000
MOST_BYTES = 16 * 1024 * 1024
PATIENCE_S = 2.0
_STEP = 100
_TURN_S = 0.01
_LONGEST_FILTER = 2000
_FIELDS = frozenset(
    name for kind in events.BY_TYPE.values() for name in kind.__struct_encode_fields__
)

Types = Annotated[
    str, Meta(description="Types, with commas between; empty is all.", examples=["alarm,eco"])
]
Where = Annotated[
    str,
    Meta(
        description="A CEL expression over `event`, whose fields may be named without it; an event"
        " that lacks a field it asks for is not meant.",
        examples=['event.severity == "critical"'],
    ),
]
Epoch = Annotated[int, Meta(ge=0, le=2**33, examples=[1795456059])]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which events are meant.

    Attributes:
        since: Stored from here on, in epoch seconds.
        until: Stored before; 0 is no limit.
    """

    type: Types = ""
    where: Where = ""
    since: Epoch = 0
    until: Epoch = 0


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A page of events.

    Attributes:
        edge: Where to go on, the id of the last entry looked at; "" when there are no more.
    """

    events: list[events.Event]
    edge: str


class Search:
    """Looks for events.

    Args:
        step: How many entries are read at once.

    Raises:
        InputError: A type or the filter is wrong.
    """

    def __init__(self, log: Log, wanted: Wanted, *, step: int = _STEP) -> None:
        self._log = log
        self._wanted = wanted
        self._types = split_types(wanted.type)
        self._filter = event_filter(wanted.where)
        self._step = step

    def page(
        self,
        limit: int,
        *,
        before: str = "",
        after: str = "",
        most_looked: int = MOST_LOOKED,
        patience_s: float = PATIENCE_S,
    ) -> Found:
        """Find events: the newest first, or with `after` the oldest first.

        It ends early, also with nothing, when it looked at many, read much or took long: `edge`
        tells where to go on.

        Raises:
            InputError: `before` is not an event id, or `after` neither one nor a stream id.
            OpsError: Redis is away.
        """
        found: list[events.Event] = []
        edge, looked, size, end = after or before, 0, 0, time.monotonic() + patience_s
        while True:
            room = limit - len(found)
            # One more than is asked for tells whether there are more.
            count = self._step if self._filter else min(room, self._step) + 1
            page = self._read(count, edge, is_forward=bool(after))
            meant = self._meant(page)
            found += meant[:room]
            if len(meant) > room:
                return Found(events=found, edge=found[-1].id)
            edge, looked, size = page.edge, looked + page.looked, size + page.size_bytes
            if page.is_last:
                return Found(events=found, edge="")
            is_late = looked >= most_looked or time.monotonic() >= end
            if len(found) == limit or is_late or size >= MOST_BYTES:
                return Found(events=found, edge=edge)

    def _meant(self, page: Page) -> list[events.Event]:
        """Sift a page, and let others have their turn while it takes long."""
        if self._filter is None:
            return page.events
        found, turn = [], time.monotonic()
        for event in page.events:
            if wants(self._filter, event):
                found.append(event)
            if time.monotonic() - turn > _TURN_S:
                gevent.sleep(0)
                turn = time.monotonic()
        return found

    def _read(self, count: int, edge: str, *, is_forward: bool) -> Page:
        return self._log.page(
            self._types,
            count,
            before="" if is_forward else edge,
            after=edge if is_forward else "",
            since_ms=self._wanted.since * 1000,
            until_ms=self._wanted.until * 1000,
        )


def split_types(text: str) -> tuple[str, ...]:
    """Return the types that a list with commas names; all when it names none.

    Raises:
        InputError: One is no type.
    """
    types = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    for type_ in types:
        if type_ not in events.TYPES:
            raise InputError(f"type: {type_!r:.80} is no type (one of {', '.join(events.TYPES)})")
    return types or events.TYPES


def event_filter(text: str) -> Filter | None:
    """Return a filter that asks about the event alone; None when there is none.

    `event.severity` may be written as `severity`.

    Raises:
        InputError: It is no CEL, too long, could take for ever, or asks for more.
    """
    if not text:
        return None
    if len(text) > _LONGEST_FILTER:
        raise InputError(f"where: a filter may have {_LONGEST_FILTER} characters")
    try:
        found = compile_filter(text, source="where", fields=_FIELDS)
    except InputError as error:
        raise InputError(f"where: {error}") from error
    if is_nested(text):
        # SECURITY: it could hold this process for hours, and whoever reads may ask.
        raise InputError("where: a list within a list cannot be looked through here")
    if extra := found.names - {"event", *_FIELDS}:
        raise InputError(f"where: {', '.join(sorted(extra))} is not known here, only event")
    return found


def wants(wanted: Filter | None, event: events.Event) -> bool:
    """Tell whether a filter lets an event through; one that lacks a field is not meant."""
    if wanted is None:
        return True
    try:
        told = events.to_mapping(event)
        fields = {name: told[name] for name in wanted.names & told.keys()}
        return wanted.holds(context(**fields, event=told))
    except InputError:
        return False
