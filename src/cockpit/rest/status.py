"""The state of this cockpit over HTTP: alive, status, and what was refused."""

from typing import Any

import falcon

from cockpit.bus import Rejected
from cockpit.rest.operation import operation
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms


class Status:
    """`/status`, `/health/live` and `/rejected`."""

    def __init__(self, rooms: Rooms) -> None:
        self._status = rooms.status
        self._rejections = rooms.rejections

    @operation(returns=dict[str, Any])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show doors, robots, memory, counts, and what a person should know."""
        resp.media = self._status()

    @operation(returns=dict[str, bool])
    def on_get_live(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Say that this process answers; it asks nobody else, so it never waits."""
        resp.media = {"ok": True}

    on_head_live = on_get_live

    @operation(returns=list[Rejected])
    def on_get_rejected(self, req: falcon.Request, resp: falcon.Response, query: Page) -> None:
        """List what came in as an event and was none, newest first."""
        resp.media = self._rejections.newest(query.limit)
