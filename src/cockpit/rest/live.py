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
from cockpit.ays.filter import Filter
from cockpit.bus import Log
from cockpit.errors import OpsError
from cockpit.rest.operation import operation
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import STOPPING
from cockpit.robot import Types, Where, event_filter, split_types, wants

_BATCH = 100
_PAUSE_S = 0.2
_QUIET_S = 15.0
_ASK_S = 1.0


class Following(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to send."""

    type: Types = ""
    after: Annotated[
        str,
        Meta(
            description="Begin after this id; the header `Last-Event-ID` counts before it.",
            examples=["alarm-1795456059789-0"],
        ),
    ] = ""
    where: Where = ""


class Live:
    """Events as they are stored, as a stream."""

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
        types, wanted = split_types(query.type), event_filter(query.where)
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
        return self._log.page(types, 1).edge or "0"


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
            if wants(wanted, event):
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
