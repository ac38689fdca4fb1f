"""The HTTP door: REST for the command line and for programs, and the files of the store.

socket → server (connection, body) → guard → resource → rooms → JSON, or a problem

* `Rooms`: what the resources use: the log, the store, the robot's records.
* `application`: the Falcon application; `routes` has the table of all addresses.
* `operation`: what a responder takes and gives, beside its code; `openapi` and `docs` show it.
* `Server`: serves a WSGI application over sockets, with limits on time and size.
* One file per noun: `events`, `jobs`, `outbox`, `repos`, `runs`, `services`, `stor`, `status`.
* `ays/`: the addresses of the cockpit of 2016.
* `etag`: edits that hold only for what their author saw.
* `hooks` and `webhooks/`: what other programs send, each in its own format.
* `health` and `metrics`: for those who watch; `traffic` counts what comes through this door.
* `live`: the live stream of events.
* `publishing`, `form` and `multipart`: an event as it comes in, with its files.
* `idempotency`: a POST that is sent again is done once.
* `guard` says what answers without a token, `scopes` what a token must reach.
* `problem`: how errors look; `query` and `payload`: what a request carries; `waiting`: how it
  waits for news.
"""

from cockpit.rest.application import application, describe
from cockpit.rest.guard import OPEN
from cockpit.rest.rooms import Rooms
from cockpit.rest.routes import DOCS, ROUTES
from cockpit.rest.server import Server

__all__ = ["DOCS", "OPEN", "ROUTES", "Rooms", "Server", "application", "describe"]
