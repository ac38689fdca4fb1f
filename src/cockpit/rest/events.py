"""Events over HTTP: list, publish, show, why, replay, simulate."""

import re
from typing import Any

import falcon
import gevent
import msgspec

from cockpit import events
from cockpit.bus import Appended
from cockpit.errors import InputError
from cockpit.rest.operation import operation
from cockpit.rest.payload import JSON, is_json, media_type, read_octets
from cockpit.rest.problem import or_not_found, or_unreadable
from cockpit.rest.query import Page, Patience, Wait
from cockpit.rest.repeats import refuse_repeats
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import Match, Refused, Why
from cockpit.stor import parse_path

MAX_EVENT_BYTES = 1024 * 1024
_IN_PLACE_BYTES = 16 * 1024  # YAML of this size takes about 20 ms.

_YAML = {"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"}

_AFTER = re.compile(
    rf"(?:(?:{'|'.join(events.TYPES)})-\d{{1,20}}-\d{{1,20}})|\d{{1,20}}(?:-\d{{1,20}})?"
)
_TYPE_LINE = re.compile(r"^[\"']?type[\"']?\s*:", re.MULTILINE)


class Listing(Page, frozen=True, kw_only=True):
    """Which events to list."""

    type: str = ""
    after: str = ""
    before: str = ""
    wait: Wait = 0


class Publishing(msgspec.Struct, frozen=True, kw_only=True):
    """The type of a body that does not say its own."""

    type: str = ""


class Simulated(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an event would call, and which lines refuse it."""

    matches: list[Match]
    refused: list[Refused]


_BODIES = {JSON: events.Event, "application/yaml": {"type": "string"}}
_EXAMPLES = {
    name: events.to_mapping(events.example(name)) for name in ("alarm", "email", "eco", "generic")
}


class Events:
    """`/events` and what is below it."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    @operation(returns=list[events.Event])
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List events: the newest first, or with `after` what came after it, oldest first.

        With `wait` and `after`, the answer comes when there is something, or when the time is over.
        """
        types = [_known(query.type)] if query.type else list(events.TYPES)
        _check(query)
        log = self._rooms.log
        if query.after:
            found = ask_again(
                req,
                lambda: log.after(types, query.limit, query.after),
                bool,
                wait_s=query.wait,
            )
        else:
            found = log.newest(types, query.limit, query.before)
        resp.media = [_item(event) for event in found]

    @operation(takes=_BODIES, returns=Appended, status=201, examples=_EXAMPLES)
    def on_post(self, req: falcon.Request, resp: falcon.Response, query: Publishing) -> None:
        """Publish an event, JSON or YAML; it is durable once 201 is there."""
        with or_unreadable():
            event = _body(req, query.type)
        event = msgspec.structs.replace(event, meta=event.meta | {"source": "rest"})
        appended = self._rooms.log.append(event, refs=_refs(event, self._rooms.public_url()))
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

    @operation(returns=Appended, status=201, errors=(404,))
    def on_post_replay(self, req: falcon.Request, resp: falcon.Response, event: str) -> None:
        """Append a stored event again, as a new one: its actions run again."""
        with or_not_found():
            appended = self._rooms.log.replay(event)
        _created(resp, appended.id)
        resp.media = appended

    @operation(takes=_BODIES, returns=Simulated, examples=_EXAMPLES)
    def on_post_simulate(
        self, req: falcon.Request, resp: falcon.Response, query: Publishing
    ) -> None:
        """Show whom an event would call, through the dispatcher's own index; nothing happens."""
        with or_unreadable():
            event = _body(req, query.type)
        found = self._rooms.catalog.index().match(event)
        resp.media = Simulated(matches=found.matches, refused=found.refused)


def _check(query: Listing) -> None:
    if query.wait and not query.after:
        raise InputError("wait: needs after, the id of the last event seen (0: from the first)")
    if query.after and query.before:
        raise InputError("before: does not go together with after")
    if query.after and not _AFTER.fullmatch(query.after):
        raise InputError(f"after: {query.after!r:.80} is not an event id")


def _known(type_: str) -> str:
    if type_ not in events.TYPES:
        raise InputError(f"type: {type_!r:.80} is no type (one of {', '.join(events.TYPES)})")
    return type_


def _item(event: events.Event) -> dict[str, Any]:
    stored_s = int(event.id.split("-")[1]) // 1000
    head = {"id": event.id, "type": event.type, "epoch": 0, "summary": events.summary(event)}
    return head | events.to_mapping(event) | {"epoch": event.epoch or stored_s}


def _created(resp: falcon.Response, event_id: str) -> None:
    resp.status = falcon.HTTP_201
    resp.location = f"/events/{event_id}"


def _body(req: falcon.Request, type_: str) -> events.Event:
    """Read the event that a request carries."""
    if type_:
        _known(type_)
    kind = media_type(req)
    if kind in _YAML:
        event = _from_yaml(_octets(req), type_)
    elif is_json(kind):
        event = _from_json(_octets(req), type_)
    else:
        raise falcon.HTTPUnsupportedMediaType(
            description="an event comes with Content-Type: application/json or application/yaml"
        )
    if type_ not in {"", event.type}:
        raise InputError(f"type: the body is of type {event.type}, the address says {type_}")
    return event


def _octets(req: falcon.Request) -> bytes:
    hint = "; POST /stor/SPACE takes more, and an event can link it"
    return read_octets(req, MAX_EVENT_BYTES, hint=hint)


def _from_json(octets: bytes, type_: str) -> events.Event:
    event = _decoded(octets, type_)
    refuse_repeats(octets)
    return event


def _decoded(octets: bytes, type_: str) -> events.Event:
    if not type_:
        return events.decode(octets)
    try:
        mapping = msgspec.json.decode(octets, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return events.decode(octets)  # It says best what is wrong.
    return events.from_mapping({"type": type_} | mapping)


def _from_yaml(octets: bytes, type_: str) -> events.Event:
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"YAML: not UTF-8 at byte {error.start}") from error
    if type_ and not _TYPE_LINE.search(text):
        text += f"\ntype: {type_}\n"  # At the end: errors name the sender's own lines.
    if len(text) <= _IN_PLACE_BYTES:
        return events.load_yaml(text)
    # Told as a value: what a thread raises, gevent prints.
    loaded: events.Event | InputError = gevent.get_hub().threadpool.apply(_loaded, (text,))
    if isinstance(loaded, InputError):
        raise loaded
    return loaded


def _loaded(text: str) -> events.Event | InputError:
    try:
        return events.load_yaml(text)
    except InputError as error:
        return error


def _refs(event: events.Event, public_url: str) -> list[str]:
    """Name the stored objects that an event links, so that they live as long as it does."""
    prefix = public_url.rstrip("/") + "/"
    found: dict[str, None] = {}
    for link in (*event.get("attachments", {}).values(), *event.meta.values()):
        if not isinstance(link, str) or not link.startswith(prefix):
            continue
        try:
            space, digest = parse_path(link.removeprefix(prefix))
        except InputError:
            continue  # A link to something else that begins like ours.
        found[f"{space}/{digest}"] = None
    return list(found)
