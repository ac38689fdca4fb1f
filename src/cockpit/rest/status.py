"""The state of this cockpit over HTTP: alive, status, and what was refused."""

import falcon

from cockpit.rest.query import Nothing, Page, read
from cockpit.rest.rooms import Rooms


class Status:
    """`/status`, `/health/live` and `/rejected`."""

    def __init__(self, rooms: Rooms) -> None:
        self._status = rooms.status
        self._rejections = rooms.rejections

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show doors, robots, memory, counts, and what a person should know."""
        read(req, Nothing)
        resp.media = self._status()

    def on_get_live(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Say that this process answers; it asks nobody else, so it never waits."""
        read(req, Nothing)
        resp.media = {"ok": True}

    on_head_live = on_get_live

    def on_get_rejected(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List what came in as an event and was none, newest first."""
        resp.media = self._rejections.newest(read(req, Page).limit)
