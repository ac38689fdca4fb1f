"""Replays of many events over HTTP: count, begin, show, cancel."""

import falcon

from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page, Patience
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import Rate, Replay, Wanted

_CRITICAL = {"type": "alarm", "where": 'event.severity == "critical"', "rate": 50}


class ReplayOrder(Wanted, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which events to replay.

    Attributes:
        since: Stored from here on, in epoch seconds.
        until: Stored before; 0 is no limit.
        dry: Only count them; it must be said that it is not.
    """

    rate: Rate = 100
    dry: bool = True


class Replays:
    """Replays of many events."""

    def __init__(self, rooms: Rooms) -> None:
        self._replays = rooms.replays

    @operation(
        returns=Replay,
        also=(202,),
        headers={"Location": "Of the replay, once one has begun (202)."},
        examples={"count": _CRITICAL, "begin": _CRITICAL | {"dry": False}},
    )
    def on_post(self, req: falcon.Request, resp: falcon.Response, body: ReplayOrder) -> None:
        """Count events (200), or with `dry: false` begin to replay them (202).

        Each that is meant is appended again, as a new one, in the order of the log and at the rate:
        its actions run again. It ends at the event that is the last one now; replays of events are
        left out. It goes on after a restart, and appends no event twice.
        """
        wanted = Wanted(type=body.type, where=body.where, since=body.since, until=body.until)
        if body.dry:
            resp.media = self._replays.count(wanted, body.rate)
            return
        made = self._replays.begin(wanted, body.rate, by=req.context.identity.name)
        resp.status = falcon.HTTP_202
        resp.location = f"/events/replays/{made.id}"
        resp.media = made

    @operation(returns=list[Replay])
    def on_get_all(self, req: falcon.Request, resp: falcon.Response, query: Page) -> None:
        """List replays, newest first; the newest 100 are kept."""
        resp.media = self._replays.newest(query.limit)

    @operation(returns=Replay, errors=(404,))
    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, replay: str, query: Patience
    ) -> None:
        """Show a replay; with `wait`, once it is over or time is."""
        with or_not_found():
            resp.media = ask_again(
                req,
                lambda: self._replays.get(replay),
                lambda found: found.state != "running",
                wait_s=query.wait,
            )

    @operation(returns=Replay, errors=(404,))
    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, replay: str) -> None:
        """Cancel a replay; what it appended stays."""
        with or_not_found():
            resp.media = self._replays.cancel(replay)
