"""The outbox over HTTP: list, show."""

import falcon

from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Nothing, Page, read
from cockpit.rest.rooms import Rooms


class Outbox:
    """`/outbox` and what is below it."""

    def __init__(self, rooms: Rooms) -> None:
        self._outbox = rooms.outbox

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the newest mails without their text, newest first."""
        resp.media = self._outbox.newest(read(req, Page).limit)

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, mail: str) -> None:
        """Show a mail with its text."""
        read(req, Nothing)
        with or_not_found():
            resp.media = self._outbox.get(mail)
