"""Alive and ready, as those who watch a cockpit ask."""

import falcon

from cockpit.rest.operation import operation
from cockpit.rest.readiness import Readiness
from cockpit.rest.rooms import Rooms


class Health:
    """Whether this cockpit lives, and whether what comes in is acted on."""

    def __init__(self, rooms: Rooms) -> None:
        self._ready = rooms.ready

    @operation(returns=dict[str, bool])
    def on_get_live(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Say that this process answers; it asks nobody else, so it never waits."""
        resp.media = {"ok": True}

    @operation(returns=Readiness, otherwise={503: Readiness})
    def on_get_ready(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Say whether what comes in is stored and acted on: 200, or 503 with the reasons.

        It answers within two seconds, whatever is away.
        """
        found = self._ready()
        if not found.ready:
            resp.status = falcon.HTTP_503
        resp.set_header("Cache-Control", "no-store")
        resp.media = found
