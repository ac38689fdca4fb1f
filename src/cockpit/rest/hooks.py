"""Webhooks over HTTP: who proves to be the sender is let in, and what it sent is kept whole.

request → source → verify → raw body to stor → read → append → 2xx, and only then
"""

import re
import time
from collections.abc import Mapping
from typing import Any

import falcon
import msgspec

from cockpit.bus.log import Appended
from cockpit.eco.standing import ends
from cockpit.errors import OpsError
from cockpit.events import Alarm, Event, Generic
from cockpit.rest.encoding import TooLongError, unpack
from cockpit.rest.intake import Intake
from cockpit.rest.operation import ANY_BYTES, operation
from cockpit.rest.payload import JSON
from cockpit.rest.problem import or_unreadable
from cockpit.rest.rooms import Rooms
from cockpit.rest.webhooks import Delivery, Entry, UnverifiedError, sentry
from cockpit.rest.webhooks.sources import Source, sentry_source, source
from cockpit.stor import link

SPACE = "webhooks"
MAX_PAYLOAD_BYTES = 256 * 1024
_MAX_UNPACKED_BYTES = 25 * 1024 * 1024
PROJECT = re.compile("[0-9]{1,20}")
_BUSY_S = 60
# SECURITY: what proves the sender is not kept.
_PROOFS = ("authorization", "cookie", "token", "signature", "secret", "sentry-auth")


_ANYTHING = {JSON: {"description": "What the sender sends, in its own form."}}
_ALERTS = {"type": "array", "items": {"type": "object"}}
_SENTRY = {"type": "object", "description": "An event as Sentry's clients send it."}
_REFUSALS = (401, 403, 404)


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What a delivery became.

    Attributes:
        events: The ids; of a repeat, those that the first one got.
        repeats: How many of them were there already.
    """

    events: list[str]
    repeats: int


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """An Alertmanager answers with an empty object."""


class Numbered(msgspec.Struct, frozen=True, kw_only=True):
    """The id that the sender gave its event."""

    id: str


class Hooks:
    """What other programs send, each with a secret of its own; see docs/connect.md."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._intake = Intake()

    @operation(takes=_ANYTHING, returns=Taken, errors=_REFUSALS, is_loose=True)
    def on_post(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Take what a sender delivers; it is stored once the answer is there.

        A repeat (same delivery id, fingerprint or key) makes no second event.
        """
        resp.media, _ = self._receive(req, source(name, self._rooms.webhooks()), name)

    on_put = on_post  # Grafana may be told to.

    def on_options(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Allow a sender of CloudEvents to send, as it asks before it does.

        See: "HTTP 1.1 Web Hooks for Event Delivery" §4.
        """
        if name == "cloudevents" and source(name, self._rooms.webhooks()):
            resp.set_header(
                "WebHook-Allowed-Origin", req.get_header("WebHook-Request-Origin") or "*"
            )
            resp.set_header("WebHook-Allowed-Rate", "*")
        resp.set_header("Allow", "OPTIONS, POST, PUT")

    @operation(takes={JSON: _ALERTS}, returns=Nothing, errors=_REFUSALS, is_loose=True)
    def on_post_alerts(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Take alerts of Prometheus, as an Alertmanager would; each change of one is an alarm."""
        self._receive(req, source("prometheus", self._rooms.webhooks()), "prometheus")
        resp.media = Nothing()

    @operation(
        takes={"application/x-sentry-envelope": ANY_BYTES},
        returns=Numbered,
        errors=_REFUSALS,
        is_loose=True,
    )
    def on_post_envelope(self, req: falcon.Request, resp: falcon.Response, project: str) -> None:
        """Take an envelope of a Sentry client; each error event in it is an eco."""
        self._sentry(req, resp, project, "envelope")

    def on_options_envelope(self, req: falcon.Request, resp: falcon.Response, project: str) -> None:
        """Let browsers send: a page of another origin asks before it does.

        See: Fetch Standard, "CORS-preflight request".
        """
        resp.set_header("Access-Control-Allow-Origin", "*")
        resp.set_header("Access-Control-Allow-Methods", "POST")
        resp.set_header(
            "Access-Control-Allow-Headers", "content-type, x-sentry-auth, content-encoding"
        )

    on_options_store = on_options_envelope

    @operation(takes={JSON: _SENTRY}, returns=Numbered, errors=_REFUSALS, is_loose=True)
    def on_post_store(self, req: falcon.Request, resp: falcon.Response, project: str) -> None:
        """Take an event of an old Sentry client: an eco."""
        self._sentry(req, resp, project, "store")

    def _sentry(self, req: falcon.Request, resp: falcon.Response, project: str, kind: str) -> None:
        if not PROJECT.fullmatch(project):
            raise falcon.HTTPNotFound(description=f"{project:.40}: a project is a number")
        # A page of another origin reads no answer, also none that says "wait", without these.
        resp.set_header("Access-Control-Allow-Origin", "*")
        resp.set_header("Access-Control-Expose-Headers", "retry-after")
        try:
            hooks, node = self._rooms.webhooks(), self._rooms.node()
            _, event_id = self._receive(req, sentry_source(hooks, project, kind, node), "sentry")
        except (OpsError, falcon.HTTPServiceUnavailable) as error:
            # These clients wait after 429 alone; a 503 would lose the next ones as well.
            raise falcon.HTTPTooManyRequests(
                description="trouble on our side, try again later", retry_after=_BUSY_S
            ) from error
        resp.media = Numbered(id=event_id)

    def _receive(self, req: falcon.Request, opened: Source | None, name: str) -> tuple[Taken, str]:
        if opened is None:
            raise falcon.HTTPNotFound(
                description=f"{name:.40}: there is no such source, or it has no secret"
            )
        with self._intake.body(req.stream) as raw:
            return self._take(_delivery(req, raw), opened, name)

    def _take(self, sent: Delivery, opened: Source, name: str) -> tuple[Taken, str]:
        try:
            opened.verify(sent)
        except UnverifiedError as error:
            raise (
                falcon.HTTPForbidden(description=str(error))
                if name == "sentry"
                else (falcon.HTTPUnauthorized(description=str(error), challenges=["Bearer"]))
            ) from error
        with or_unreadable():
            entries = opened.read(sent)
        told = self._keep(sent, name, entries) if entries else []
        answer = Taken(events=[one.id for one in told], repeats=sum(not one.is_new for one in told))
        return answer, sentry.event_id(sent, entries) if name == "sentry" else ""

    def _keep(self, sent: Delivery, name: str, entries: list[Entry]) -> list[Appended]:
        entries = [self._awake(entry) for entry in entries]
        # A repeat needs no body: Prometheus sends each alert every minute, with other times.
        if repeats := self._rooms.log.repeats([entry.mark for entry in entries]):
            return repeats
        self._rooms.log.admit()
        raw = self._rooms.stor.put(SPACE, sent.body)
        meta = {
            "source": f"webhook:{name}",
            "received_at": int(sent.epoch),
            "verified": True,
            "raw": link(self._rooms.public_url(), SPACE, raw),
            "headers": _shown(sent.headers),
        }
        told = [
            self._rooms.log.append(
                _described(entry, meta, len(sent.body)),
                mark=entry.mark or None,
                refs=[f"{SPACE}/{raw}"],
            )
            for entry in entries
        ]
        # An eco that was only counted has no event that keeps the body.
        if not self._rooms.log.is_linked(f"{SPACE}/{raw}"):
            self._rooms.stor.remove(SPACE, raw)
        return told

    def _awake(self, entry: Entry) -> Entry:
        """Move on when an alarm counts as resolved that only repeats while it fires.

        One whose time ran out meanwhile fires again, though the sender names it as before.
        """
        event = entry.event
        if not (isinstance(event, Alarm) and "ends" in event.meta):
            return entry
        ended = self._rooms.alarms.prolong(event, ends(event))
        return Entry(event, f"{entry.mark}:{ended}") if ended and entry.mark else entry


def _delivery(req: falcon.Request, raw: bytes) -> Delivery:
    headers = {name.lower(): value for name, value in req.headers.items()}
    try:
        with or_unreadable():
            body = unpack(raw, headers.get("content-encoding", ""), limit_bytes=_MAX_UNPACKED_BYTES)
    except TooLongError as error:
        raise falcon.HTTPContentTooLarge(description=str(error)) from error
    query = {name: one for name, one in req.params.items() if isinstance(one, str)}
    return Delivery(headers=headers, query=query, body=body, epoch=time.time())


def _described(entry: Entry, meta: Mapping[str, Any], size: int) -> Event:
    event = entry.event
    more: dict[str, Any] = {"dedupe": entry.mark} if entry.mark else {}
    if isinstance(event, Generic) and size > MAX_PAYLOAD_BYTES:
        # It is linked whole: an event of this size would go through every filter and inbox.
        event = msgspec.structs.replace(event, args=event.args | {"payload": None})
        more["cut"] = ["args.payload"]
    return msgspec.structs.replace(event, meta=event.meta | dict(meta) | more)


def _shown(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in headers.items() if not any(word in name for word in _PROOFS)
    }
