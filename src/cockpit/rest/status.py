"""The state of this cockpit over HTTP: status, and what was refused."""

from typing import Any

import falcon

from cockpit.bus import Rejected
from cockpit.rest.operation import operation
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms


class Status:
    """`/status` and `/rejected`."""

    def __init__(self, rooms: Rooms) -> None:
        self._status = rooms.status
        self._rejections = rooms.rejections

    @operation(returns=dict[str, Any])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Show doors, robots, memory, counts, and what a person should know."""
        resp.media = self._status()

    @operation(returns=list[Rejected])
    def on_get_rejected(self, req: falcon.Request, resp: falcon.Response, query: Page) -> None:
        """List what came in as an event and was none, newest first."""
        resp.media = self._rejections.newest(query.limit)
