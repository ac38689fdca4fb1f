"""The event log: five streams, appended once, read by id.

An event's id is `<type>-<stream id>` (`email-1795456059789-0`), unique over all topics.
"""

import contextlib
import re
from collections.abc import Callable, Sequence
from typing import Any, NewType, TypeVar

import msgspec

from cockpit import events
from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script
from cockpit.errors import InputError

EventId = NewType("EventId", str)
_E = TypeVar("_E", bound=events.Event)
WEEK_S = 7 * 86400

_ID = re.compile(rf"({'|'.join(events.TYPES)})-(\d{{1,20}})-(\d{{1,20}})")
_STREAM_ID = re.compile(r"\d{1,19}(-\d{1,19})?")
_LARGEST = 2**64 - 1
_FIRST, _LAST = "0-0", f"{_LARGEST}-{_LARGEST}"
_RANK = {type_: rank for rank, type_ in enumerate(events.TYPES)}


class Appended(msgspec.Struct, frozen=True):
    """What an append did: the id, and whether this call made it."""

    id: EventId
    is_new: bool


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of the log, one after the other.

    Attributes:
        events: Those that decode.
        edge: The id of the last one, to go on from; "" without any.
        looked: How many entries they are, with those that do not decode.
        size_bytes: How large they are.
        is_last: Whether there were no more.
    """

    events: list[events.Event]
    edge: str
    looked: int
    size_bytes: int
    is_last: bool


class Made(msgspec.Struct, frozen=True):
    """The n-th call of one kind in a job: a second attempt gets back what the first made."""

    job: str
    kind: str
    n: int

    @property
    def key(self) -> str:
        """The job's hash of what it made."""
        return keys.made(self.job)

    @property
    def slot(self) -> str:
        """The field of this call in the job's hash of what it made."""
        return f"{self.kind}:{self.n}"


def split_id(event_id: str) -> tuple[str, str]:
    """Split an id into its type and its stream id.

    Raises:
        InputError: It is not an event id.
    """
    found = _ID.fullmatch(event_id)
    if found is None or int(found[2]) > _LARGEST or int(found[3]) > _LARGEST:
        raise InputError(f"{event_id!r} is not an event id (like email-1795456059789-0)")
    return found[1], f"{int(found[2])}-{int(found[3])}"


class Log:
    """Appends events and reads them back.

    Args:
        pipe: The shared connection.
        admit: Called before a door's append; raises OpsError while memory is short.
    """

    def __init__(self, pipe: Pipe, *, admit: Callable[[], None] | None = None) -> None:
        self._pipe = pipe
        self._admit = admit
        self._append = Script("cockpit.bus", "append")
        self._replay = Script("cockpit.bus", "replay")

    def append(
        self,
        event: events.Event,
        *,
        mark: str | None = None,
        keep_mark_s: int = WEEK_S,
        refs: Sequence[str] = (),
        made: Made | None = None,
        publish: bool = True,
    ) -> Appended:
        """Append one event durably and publish it on its channel.

        Args:
            event: Its own `id` does not count: a foreign one moves to `meta.source_id`.
            mark: The sender's identifier; a repeat within `keep_mark_s` returns the first id.
            refs: `<space>/<digest>` of stor objects that live as long as the event.
            made: The job's call that publishes; a repeat returns what it made first.
            publish: False for what was on the channel already.

        Raises:
            OpsError: Redis is away or memory is short; nothing was promised.
        """
        self.admit()
        event = without_id(event)
        mark_key = keys.mark(mark) if mark else ""
        made_key, slot = (keys.made(made.job), made.slot) if made else ("", "")
        reply = self._pipe.run(
            self._append,
            (keys.topic(event.type), mark_key, made_key),
            (
                event.type,
                events.encode(event),
                keep_mark_s,
                slot,
                "1" if publish else "",
                " ".join(refs),
            ),
        )
        found = reply.decode()
        return Appended(EventId(found.removeprefix("=")), not found.startswith("="))

    def admit(self) -> None:
        """Ask whether an append may come, before anything is kept for it.

        Raises:
            OpsError: Memory is short.
        """
        if self._admit is not None:
            self._admit()

    def repeats(self, marks: Sequence[str]) -> list[Appended]:
        """Return what these marks made at first, counted as repeats; nothing if one is new.

        Raises:
            OpsError: Redis is away.
        """
        if not (marks and all(marks)):
            return []
        found = self._pipe.calls([("GET", keys.mark(mark)) for mark in marks])
        if not all(found):
            return []
        # Not waited for: a count decides nothing.
        self._pipe.begin("HINCRBY", keys.COUNTS, "repeats", len(found))
        return [Appended(EventId(raw.decode()), False) for raw in found]

    def is_linked(self, ref: str) -> bool:
        """Tell whether an event links a stored object, `<space>/<digest>`."""
        return int(self._pipe.call("HGET", keys.REFS, ref) or 0) > 0

    def get(self, event_id: str) -> events.Event:
        """Read one event.

        Raises:
            InputError: No such event, or it is no event id, or it does not decode.
        """
        return decode_entry(split_id(event_id)[0], self._entry(event_id))

    def newest(self, types: Sequence[str], limit: int, before: str = "") -> list[events.Event]:
        """Read the newest events of some types, newest first.

        Raises:
            InputError: `before` is not an event id.
        """
        return self.page(types, limit, before=before).events

    def after(self, types: Sequence[str], limit: int, after: str) -> list[events.Event]:
        """Read the events after an id (or after a stream id), oldest first.

        Raises:
            InputError: `after` is neither.
        """
        _Edge.behind(after)  # To `page`, an empty one is none; here it is a mistake.
        return self.page(types, limit, after=after).events

    def page(
        self,
        types: Sequence[str],
        count: int,
        *,
        before: str = "",
        after: str = "",
        since_ms: int = 0,
        until_ms: int = 0,
    ) -> Page:
        """Read entries of some types: the newest first, or with `after` the oldest first.

        Args:
            before: Only those before this event.
            after: Only those after this event or stream id; `0` is the beginning.
            since_ms: Only those stored from here on, in ms since 1970.
            until_ms: Only those stored before; 0 is all.

        Raises:
            InputError: `before` is not an event id, or `after` is neither.
        """
        low = _Edge(f"{since_ms}-0", -1) if since_ms else None
        high = _Edge(f"{until_ms}-0", -1) if until_ms else None
        if before:
            high = min((_Edge.at(before), high or _END), key=_Edge.place)
        if after:
            low = max((_Edge.behind(after), low or _BEGIN), key=_Edge.place)
        ranges = [(low.after(t) if low else "-", high.before(t) if high else "+") for t in types]
        replies = self._pipe.calls(
            [
                ("XRANGE" if after else "XREVRANGE", keys.topic(type_))
                + (bounds if after else bounds[::-1])
                + ("COUNT", count)
                for type_, bounds in zip(types, ranges, strict=True)
            ]
        )
        rows = [
            (type_, entry)
            for type_, entries in zip(types, replies, strict=True)
            for entry in entries
        ]
        rows.sort(key=_order, reverse=not after)
        return _page(rows[:count], is_last=len(rows) < count)

    def replay(
        self, event_id: str, *, mark: str | None = None, keep_mark_s: int = WEEK_S
    ) -> Appended:
        """Append a stored event again as a new one, so that its actions run again.

        Args:
            mark: As of `append`.

        Raises:
            InputError: No such event, or it is no event id, or it does not decode.
        """
        again, refs = self._again(event_id)
        return self.append(again, mark=mark, keep_mark_s=keep_mark_s, refs=refs)

    def advance(self, replay: str, at: str, to: str, *, copies: bool) -> bool:
        """Move a replay of many events from one place in the log to another, in one step.

        Args:
            replay: Its key in Redis.
            at: The event where it is.
            to: The event where it goes.
            copies: Whether that event is appended again; one that is gone by now is passed over.

        Returns:
            Whether it was there, and not over: else somebody else has moved or ended it.

        Raises:
            OpsError: Redis is away or memory is short.
        """
        type_, raw, refs = to.partition("-")[0], b"", ""
        if copies:
            if self._admit is not None:
                self._admit()
            with contextlib.suppress(InputError):
                again, links = self._again(to)
                raw, refs = events.encode(again), " ".join(links)
        reply = self._pipe.run(
            self._replay, (replay, keys.topic(type_)), (at, to, type_, raw, refs)
        )
        return bool(reply != b"")

    def counts(self) -> dict[str, int]:
        """Count the events of each type that are in the log."""
        replies = self._pipe.calls([("XLEN", topic) for topic in keys.TOPICS])
        return dict(zip(events.TYPES, replies, strict=True))

    def _again(self, event_id: str) -> tuple[events.Event, list[str]]:
        """Return the copy of an event, and the stored objects that it links."""
        entry = self._entry(event_id)
        event = decode_entry(split_id(event_id)[0], entry)
        meta = {k: v for k, v in event.meta.items() if k != "source_id"}
        again = msgspec.structs.replace(event, id="", meta=meta | {"replay_of": event_id})
        return again, _fields(entry).get(b"refs", b"").decode("utf-8", "replace").split()

    def _entry(self, event_id: str) -> Any:
        type_, entry = split_id(event_id)
        found = self._pipe.call("XRANGE", keys.topic(type_), entry, entry)
        if not found:
            raise InputError(f"no event {event_id}: it never was, or its time has passed")
        return found[0]


class _Edge(msgspec.Struct, frozen=True):
    """A place in the order of all topics: entries of one stream id stand in the order of types."""

    entry: str
    rank: int

    @classmethod
    def at(cls, event_id: str) -> "_Edge":
        type_, entry = split_id(event_id)
        return cls(entry, _RANK[type_])

    @classmethod
    def behind(cls, text: str) -> "_Edge":
        """Return the place of an event, or the one behind all entries of a stream id."""
        if not _STREAM_ID.fullmatch(text):
            return cls.at(text)
        ms, _, n = text.partition("-")
        return cls(f"{int(ms)}-{int(n or 0)}", len(_RANK))

    def place(self) -> tuple[int, ...]:
        ms, n = self.entry.split("-")
        return int(ms), int(n), self.rank

    def before(self, type_: str) -> str:
        # Redis refuses what stands before its first place, and after its last.
        is_open = _RANK[type_] < self.rank or self.entry == _FIRST
        return self.entry if is_open else f"({self.entry}"

    def after(self, type_: str) -> str:
        is_open = _RANK[type_] > self.rank or self.entry == _LAST
        return self.entry if is_open else f"({self.entry}"


_BEGIN = _Edge(_FIRST, -1)
_END = _Edge(_LAST, len(_RANK))


def _page(rows: Sequence[tuple[str, Any]], *, is_last: bool) -> Page:
    found, size = [], 0
    for type_, entry in rows:
        size += sum(map(len, entry[1] or ()))
        try:
            found.append(decode_entry(type_, entry))
        except InputError:
            continue  # The dispatcher moves it to cockpit:rejected with its reason.
    edge = f"{rows[-1][0]}-{rows[-1][1][0].decode()}" if rows else ""
    return Page(events=found, edge=edge, looked=len(rows), size_bytes=size, is_last=is_last)


def decode_entry(type_: str, entry: list[Any]) -> events.Event:
    """Decode a stream entry `[id, [field, value, …]]` into its event, with its id.

    Raises:
        InputError: It has no field `event`, does not decode, or is of another type.
    """
    raw = _fields(entry).get(b"event")
    if raw is None:
        raise InputError("the entry has no field named event")
    return decode_stored(f"{type_}-{entry[0].decode()}", raw)


def decode_stored(event_id: str, raw: bytes) -> events.Event:
    """Decode the JSON of an entry as the event of that id.

    Raises:
        InputError: It does not decode, or is of another type.
    """
    event = without_id(decode_as(event_id.partition("-")[0], raw))
    # PERF: nobody else holds it yet, and a copy would cost as much as decoding it.
    msgspec.structs.force_setattr(event, "id", event_id)
    return event


def decode_as(type_: str, raw: bytes) -> events.Event:
    """Decode JSON that was put on the topic of one type.

    Raises:
        InputError: It does not decode, or is of another type.
    """
    event = events.decode(raw)
    if event.type != type_:
        raise InputError(f"type: a {event.type} event does not belong on ckpt.{type_}")
    return event


def _fields(entry: Any) -> dict[bytes, bytes]:
    flat = entry[1] or []
    return dict(zip(flat[::2], flat[1::2], strict=True))


def without_id(event: _E) -> _E:
    """Return an event without an id; a foreign one moves to `meta.source_id`."""
    if not event.id:
        return event
    return msgspec.structs.replace(event, id="", meta=event.meta | {"source_id": event.id})


def _order(row: tuple[str, Any]) -> tuple[int, ...]:
    ms, _, n = row[1][0].partition(b"-")
    return int(ms), int(n), _RANK[row[0]]
