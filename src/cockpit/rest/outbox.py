"""The outbox over HTTP: list, show."""

import falcon

from cockpit.bus import Mail
from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms


class Outbox:
    """Mails that the actions wrote."""

    def __init__(self, rooms: Rooms) -> None:
        self._outbox = rooms.outbox

    @operation(returns=list[Mail])
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Page) -> None:
        """List the newest mails without their text, newest first."""
        resp.media = self._outbox.newest(query.limit)

    @operation(returns=Mail, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, mail: str) -> None:
        """Show a mail with its text."""
        with or_not_found():
            resp.media = self._outbox.get(mail)
