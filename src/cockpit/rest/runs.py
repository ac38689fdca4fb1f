"""Runs over HTTP: simulate, start, list, show, cancel, retry."""

from collections.abc import Callable

import falcon

from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page, Patience
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import RunView, Selection

_RETRY = {"repo": "nightly", "action": "retry", "role": "backup"}


class Listing(Page, frozen=True, kw_only=True):
    """Which runs to list.

    Attributes:
        repo: Only those of this repository; empty is all.
    """

    repo: str = ""


class Order(Body, frozen=True):
    """A run to start.

    Attributes:
        repo: In which repository.
        action: What to do; empty does all that is pending.
        role: For services of exactly this role; empty means all.
        instance: For services of exactly this instance; empty means all.
        force: Also where it is done already.
    """

    repo: str
    action: str = ""
    role: str = ""
    instance: str = ""
    force: bool = False


class Runs:
    """Actions of many services in the order that they need, as an installation is."""

    def __init__(self, rooms: Rooms) -> None:
        self._runs = rooms.runs
        self._catalog = rooms.catalog
        self._must_have = rooms.must_have

    @operation(returns=list[RunView], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List the newest runs in short, newest first."""
        self._must_have(query.repo)
        resp.media = self._runs.newest(query.limit, query.repo)

    @operation(
        returns=RunView,
        status=201,
        errors=(404,),
        examples={"again": _RETRY},
        headers={"Location": "The address of the run."},
    )
    def on_post(self, req: falcon.Request, resp: falcon.Response, body: Order) -> None:
        """Start a run; its jobs go to the robots as they become ready."""
        run = self._begin(self._runs.start, body)
        resp.status = falcon.HTTP_201
        resp.location = f"/runs/{run.id}"
        resp.media = run

    @operation(returns=RunView, errors=(404,), examples={"again": _RETRY})
    def on_post_simulate(self, req: falcon.Request, resp: falcon.Response, body: Order) -> None:
        """Show what a run would do, by the same plan; nothing happens."""
        resp.media = self._begin(self._runs.simulate, body)

    @operation(returns=RunView, errors=(404,))
    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, run: str, query: Patience
    ) -> None:
        """Show a run; with `wait`, once it is over or time is."""
        with or_not_found():
            resp.media = ask_again(req, lambda: self._runs.get(run), is_over, wait_s=query.wait)

    @operation(returns=RunView, errors=(404, 422))
    def on_post_cancel(self, req: falcon.Request, resp: falcon.Response, run: str) -> None:
        """Begin nothing more of a run."""
        self._must_exist(run)
        resp.media = self._runs.cancel(run)

    @operation(returns=RunView, errors=(404, 422))
    def on_post_retry(self, req: falcon.Request, resp: falcon.Response, run: str) -> None:
        """Take a run up again from what failed."""
        self._must_exist(run)
        resp.media = self._runs.retry(run)

    def _begin(self, begin: Callable[..., RunView], order: Order) -> RunView:
        with or_not_found():
            self._catalog.repository(order.repo)
        selection = Selection(order.role, order.instance)
        return begin(order.repo, order.action, selection, is_forced=order.force)

    def _must_exist(self, run: str) -> None:
        with or_not_found():
            self._runs.get(run)


def is_over(run: RunView) -> bool:
    """Tell whether a run is done, one way or the other."""
    return run.state in ("ok", "error", "cancelled")
