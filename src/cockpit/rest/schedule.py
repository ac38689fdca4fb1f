"""What the clock will do, over HTTP."""

import falcon
import msgspec

from cockpit.rest.operation import operation
from cockpit.rest.rooms import Rooms
from cockpit.robot import Planned


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Of which repository.

    Attributes:
        repo: Only what belongs to this repository; empty is all.
    """

    repo: str = ""


class Schedule:
    """What the clock will do."""

    def __init__(self, rooms: Rooms) -> None:
        self._schedule = rooms.schedule
        self._must_have = rooms.must_have

    @operation(returns=list[Planned], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Filter) -> None:
        """List recurring actions and expected events, soonest first."""
        repo = query.repo
        self._must_have(repo)
        resp.media = [one for one in self._schedule.planned() if repo in ("", one.repo)]
