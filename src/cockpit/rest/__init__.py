"""The HTTP door: REST for the command line and for programs, and the files of the store.

socket → server (connection, body) → guard → resource → rooms → JSON, or a problem

* `Rooms`: what the resources use: the log, the store, the robot's records.
* `application`: the Falcon application; its table of routes is the whole API.
* `Server`: serves a WSGI application over sockets, with limits on time and size.
* One file per noun: `events`, `jobs`, `outbox`, `repos`, `runs`, `services`, `stor`, `status`.
* `hooks` and `webhooks/`: what other programs send, each in its own format.
* `live`: the live stream of events.
* `guard` says what answers without a token, `scopes` what a token must reach.
* `problem`: how errors look; `query`: what stands behind the question mark; `waiting`: how a
  request waits for news.
"""

from cockpit.rest.application import ROUTES, application
from cockpit.rest.guard import OPEN
from cockpit.rest.rooms import Rooms
from cockpit.rest.server import Server

__all__ = ["OPEN", "ROUTES", "Rooms", "Server", "application"]
