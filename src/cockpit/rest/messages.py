"""Messages to people, over HTTP: who was told what, and what is held."""

from typing import Literal

import falcon

from cockpit.rest.operation import operation
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms
from cockpit.robot import Message


class Listing(Page, frozen=True, kw_only=True):
    """Which messages to list.

    Attributes:
        state: Only those in this state; empty is all.
    """

    state: Literal["", "held", "mailed", "over"] = ""


class Messages:
    """What people were told, and what waits for somebody to be on call."""

    def __init__(self, rooms: Rooms) -> None:
        self._messages = rooms.messages

    @operation(returns=list[Message])
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List messages, newest first."""
        resp.media = self._messages.newest(query.limit, query.state)
