"""What the clock will do, over HTTP."""

import falcon

from cockpit.rest.query import Nothing, read
from cockpit.rest.rooms import Rooms


class Schedule:
    """`/schedule`."""

    def __init__(self, rooms: Rooms) -> None:
        self._schedule = rooms.schedule

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List recurring actions and expected events, soonest first."""
        read(req, Nothing)
        resp.media = self._schedule.planned()
