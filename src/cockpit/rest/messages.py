"""Messages to people, over HTTP: who was told what, and what is held."""

import falcon

from cockpit.errors import InputError
from cockpit.rest.operation import operation
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms
from cockpit.robot import MESSAGE_STATES, Message


class Listing(Page, frozen=True, kw_only=True):
    """Which messages to list."""

    state: str = ""


class Messages:
    """`/messages`."""

    def __init__(self, rooms: Rooms) -> None:
        self._messages = rooms.messages

    @operation(returns=list[Message])
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List messages, newest first."""
        if query.state and query.state not in MESSAGE_STATES:
            raise InputError(f"state: {query.state!r:.80} is none of {', '.join(MESSAGE_STATES)}")
        resp.media = self._messages.newest(query.limit, query.state)
