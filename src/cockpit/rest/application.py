"""The Falcon application: what holds for all addresses."""

from collections.abc import Callable
from typing import Any

import falcon
import falcon.media
import msgspec

from cockpit import __version__
from cockpit.rest import problem
from cockpit.rest.docs import Docs
from cockpit.rest.guard import Guard
from cockpit.rest.openapi import document
from cockpit.rest.rooms import Rooms
from cockpit.rest.routes import DOCS, PARTS, ROUTES, routes, tags


def application(rooms: Rooms, *, report: Callable[[BaseException], None]) -> falcon.App[Any, Any]:
    """Build the application.

    Args:
        report: Told of every exception that is neither InputError nor OpsError.
    """
    guard = Guard(rooms.keyring.identify, audit=rooms.audit, trusted=rooms.trusted, report=report)
    layers: list[Any] = [rooms.traffic, guard, rooms.idempotency]
    app: falcon.App[Any, Any] = falcon.App(middleware=layers)
    app.resp_options.media_handlers[falcon.MEDIA_JSON] = falcon.media.JSONHandler(
        dumps=msgspec.json.encode, loads=msgspec.json.decode
    )
    problem.install(app, report=report)
    resources: dict[type, object] = {kind: kind(rooms) for _, kind, _ in ROUTES}
    resources[Docs] = Docs(describe)
    for address, kind, suffix in (*DOCS, *ROUTES):
        _answer_head(resources[kind], f"_{suffix}" if suffix else "")
        app.add_route(address, resources[kind], suffix=suffix)
    return app


def describe() -> dict[str, Any]:
    """Return the OpenAPI document of this version."""
    table = (*ROUTES, *DOCS)
    return document(routes(table), version=__version__, tags=tags(table), parts=PARTS)


def _answer_head(resource: object, ending: str) -> None:
    """Answer HEAD as GET; Falcon leaves the body out (RFC 9110 §9.1: both are there always)."""
    if get := getattr(resource, f"on_get{ending}", None):
        setattr(resource, f"on_head{ending}", get)
