"""Events over HTTP: list, publish, show, why, replay, simulate."""

import re
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import falcon
import msgspec
from msgspec import Meta

from cockpit import events
from cockpit.bus import Appended
from cockpit.errors import InputError
from cockpit.rest.form import SCHEMA, Form
from cockpit.rest.idempotency import DAY_S, mark
from cockpit.rest.multipart import FORM
from cockpit.rest.operation import operation
from cockpit.rest.payload import media_type
from cockpit.rest.problem import or_not_found, or_unreadable
from cockpit.rest.publishing import (
    BODIES,
    EXAMPLES,
    Publishing,
    fitting,
    read_event,
    refs,
)
from cockpit.rest.query import Limit, Patience, Wait
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import Match, Refused, Search, Wanted, Why

_ID = re.compile(rf"(?:{'|'.join(events.TYPES)})-\d{{1,20}}-\d{{1,20}}")
_AFTER = re.compile(rf"{_ID.pattern}|\d{{1,20}}(?:-\d{{1,20}})?")
_AN_ID = "alarm-1795456059789-0"


class Listing(Wanted, frozen=True, kw_only=True):
    """Which events to list."""

    limit: Limit = 50
    before: Annotated[
        str, Meta(description="Only those before this event: the newest first.", examples=[_AN_ID])
    ] = ""
    after: Annotated[
        str,
        Meta(
            description="Only those after this event, or `0`: the oldest first.", examples=[_AN_ID]
        ),
    ] = ""
    wait: Wait = 0


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an event would call, and which lines refuse it."""

    matches: list[Match]
    refused: list[Refused]


class Events:
    """What came in: publish it, list it, ask why something happened."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._form = Form(rooms.stor, rooms.public_url)

    @operation(
        returns=list[events.Event],
        headers={"Link": 'The next page, `rel="next"` (RFC 8288); without it, this is the last.'},
    )
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List events: the newest first, or with `after` what came after it, oldest first.

        A page looks at 5,000 events at most, holds about 16 MiB at most and takes 2 seconds at
        most: it may be short, or with a filter empty, and still have a next one. Pages stay the
        same while new events arrive.
        With `wait` and `after`, the answer comes when there is something, or when time is over.
        """
        _check(query)
        search = Search(self._rooms.log, query)
        found = ask_again(
            req,
            lambda: search.page(query.limit, before=query.before, after=query.after),
            lambda page: bool(page.events or page.edge),
            wait_s=query.wait,
        )
        if found.edge:
            _link_next(req, resp, "after" if query.after else "before", found.edge)
        resp.media = [_item(event) for event in found.events]

    @operation(
        takes=BODIES | {FORM: SCHEMA},
        returns=Appended,
        status=201,
        examples=EXAMPLES,
        headers={"Location": "The address of the event."},
    )
    def on_post(self, req: falcon.Request, resp: falcon.Response, query: Publishing) -> None:
        """Publish an event, JSON or YAML or with files; all is durable once 201 is there.

        A form has a part `event`, or a part for each field of the event, and parts that are files:
        these are stored as they come, and linked in `attachments` of an email, in
        `meta.attachments` of the others.
        """
        read = self._form.read if media_type(req) == FORM else read_event
        event = _read(req, query.type, read)
        event = msgspec.structs.replace(event, meta=event.meta | {"source": "rest"})
        appended = self._rooms.log.append(
            event, mark=mark(req), keep_mark_s=DAY_S, refs=refs(event, self._rooms.public_url())
        )
        _created(resp, appended.id)
        resp.media = appended

    @operation(returns=events.Event, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, event: str) -> None:
        """Show an event."""
        with or_not_found():
            resp.media = _item(self._rooms.log.get(event))

    @operation(returns=Why, errors=(404,))
    def on_get_why(
        self, req: falcon.Request, resp: falcon.Response, event: str, query: Patience
    ) -> None:
        """Show what followed from an event; with `wait`, once it has settled or time is over."""
        trail = self._rooms.trail
        with or_not_found():
            resp.media = ask_again(
                req, lambda: trail.why(event), lambda why: why.settled, wait_s=query.wait
            )

    @operation(
        returns=Appended,
        status=201,
        errors=(404,),
        headers={"Location": "The address of the new event."},
    )
    def on_post_replay(self, req: falcon.Request, resp: falcon.Response, event: str) -> None:
        """Append a stored event again, as a new one: its actions run again."""
        with or_not_found():
            appended = self._rooms.log.replay(event, mark=mark(req), keep_mark_s=DAY_S)
        _created(resp, appended.id)
        resp.media = appended

    @operation(takes=BODIES, returns=Simulated, examples=EXAMPLES)
    def on_post_simulate(
        self, req: falcon.Request, resp: falcon.Response, query: Publishing
    ) -> None:
        """Show whom an event would call, through the dispatcher's own index; nothing happens."""
        event = _read(req, query.type, read_event)
        found = self._rooms.catalog.index().match(event)
        resp.media = Simulated(matches=found.matches, refused=found.refused)


def _read(
    req: falcon.Request, type_: str, read: Callable[[falcon.Request, str], events.Event]
) -> events.Event:
    with or_unreadable():
        event = read(req, type_)
    return fitting(event, type_)


def _check(query: Listing) -> None:
    if query.wait and not query.after:
        raise InputError("wait: needs after, the id of the last event seen (0: from the first)")
    if query.after and query.before:
        raise InputError("before: does not go together with after")
    if query.after and not _AFTER.fullmatch(query.after):
        raise InputError(f"after: {query.after!r:.80} is not an event id")
    if query.before and not _ID.fullmatch(query.before):
        raise InputError(f"before: {query.before!r:.80} is not an event id")


def _link_next(req: falcon.Request, resp: falcon.Response, name: str, edge: str) -> None:
    resp.append_link(f"{req.path}?{urlencode({**req.params, name: edge})}", "next")


def _item(event: events.Event) -> dict[str, Any]:
    stored_s = int(event.id.split("-")[1]) // 1000
    head = {"id": event.id, "type": event.type, "epoch": 0, "summary": events.summary(event)}
    return head | events.to_mapping(event) | {"epoch": event.epoch or stored_s}


def _created(resp: falcon.Response, event_id: str) -> None:
    resp.status = falcon.HTTP_201
    resp.location = f"/events/{event_id}"
