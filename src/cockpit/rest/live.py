"""The live stream of events, as browsers read it: Server-Sent Events.

A client that comes back says the last id it saw, and gets what came since.

See: HTML Living Standard §9.2 (text/event-stream, Last-Event-ID).
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated

import falcon
import msgspec
from gevent.event import Event as Flag
from msgspec import Meta

from cockpit import events
from cockpit.ays.filter import Filter, compile_filter, context
from cockpit.bus import Log
from cockpit.errors import InputError, OpsError
from cockpit.rest.operation import operation
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import STOPPING

_BATCH = 100
_PAUSE_S = 0.2
_QUIET_S = 15.0
_ASK_S = 1.0


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to send."""

    type: Annotated[
        str, Meta(description="Types, with commas between; empty is all.", examples=["alarm,eco"])
    ] = ""
    after: Annotated[
        str,
        Meta(
            description="Begin after this id; the header `Last-Event-ID` counts before it.",
            examples=["alarm-1795456059789-0"],
        ),
    ] = ""
    where: Annotated[
        str,
        Meta(
            description="A CEL expression over `event`: only what it holds for is sent.",
            examples=['event.severity == "critical"'],
        ),
    ] = ""


class Live:
    """`/events/live`."""

    def __init__(self, rooms: Rooms) -> None:
        self._log = rooms.log

    @operation(
        returns=str,
        media="text/event-stream",
        sent={"Last-Event-ID": "The id of the last event seen; events after it come first."},
    )
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Following) -> None:
        """Send events as they are stored, until the client hangs up.

        Each has its type as `event`, its id as `id` and its JSON as `data`. A comment comes when it
        is quiet for 15 s, so that proxies do not hang up.
        """
        types, wanted = _types(query.type), _filter(query.where)
        after = req.get_header("Last-Event-ID") or query.after or self._end(types)
        self._log.after(types, 1, after)  # Refuses what is no id while there can be an answer.
        resp.content_type = "text/event-stream"
        resp.set_header("Cache-Control", "no-store")
        resp.set_header("X-Accel-Buffering", "no")
        stopping = req.env.get(STOPPING) or Flag()
        resp.stream = _frames(
            self._log,
            types,
            after,
            wanted=wanted,
            stopping=stopping,
            still_may=req.context.still_may,
        )

    def _end(self, types: Sequence[str]) -> str:
        newest = self._log.newest(types, 1)
        return newest[0].id if newest else "0"


def _frames(
    log: Log,
    types: Sequence[str],
    after: str,
    *,
    wanted: Filter | None,
    stopping: Flag,
    still_may: Callable[[], bool],
) -> Iterator[bytes]:
    yield b"retry: 2000\n: events follow\n\n"
    said = asked = time.monotonic()
    while not stopping.is_set():
        if time.monotonic() - asked > _ASK_S:
            asked = time.monotonic()
            if not still_may():
                return  # The token was revoked, or its time has passed.
        try:
            found = log.after(types, _BATCH, after)
        except OpsError:
            return  # Redis is away; the client comes back and says where it was.
        for event in found:
            after = event.id
            if _is_wanted(event, wanted):
                yield _frame(event)
                said = time.monotonic()
        if not found and stopping.wait(_PAUSE_S):
            return
        if time.monotonic() - said > _QUIET_S:
            yield b": still here\n\n"
            said = time.monotonic()


def _frame(event: events.Event) -> bytes:
    head = f"id: {event.id}\nevent: {event.type}\ndata: ".encode()
    return head + events.encode(event) + b"\n\n"


def _is_wanted(event: events.Event, wanted: Filter | None) -> bool:
    if wanted is None:
        return True
    try:
        return wanted.holds(context(event=events.to_mapping(event)))
    except InputError:
        return False  # It lacks a field that the expression asks for.


def _types(text: str) -> list[str]:
    types = [word.strip() for word in text.split(",") if word.strip()] or list(events.TYPES)
    for type_ in types:
        if type_ not in events.TYPES:
            raise InputError(f"type: {type_!r:.80} is no type (one of {', '.join(events.TYPES)})")
    return types


def _filter(text: str) -> Filter | None:
    if not text:
        return None
    found = compile_filter(text, source="where")
    if extra := found.names - {"event"}:
        raise InputError(f"where: {', '.join(sorted(extra))} is not known here, only event")
    return found
