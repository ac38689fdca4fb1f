"""Runs over HTTP: simulate, start, list, show, cancel, retry."""

import falcon
import msgspec

from cockpit.errors import InputError
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Nothing, Page, Patience, read
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import Selection

_OVER = ("ok", "error", "cancelled")


class Listing(Page, frozen=True, kw_only=True):
    """Which runs to list."""

    repo: str = ""


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """Which run to start; without an action it does all that is pending."""

    repo: str = ""
    action: str = ""
    role: str = ""
    instance: str = ""
    force: bool = False
    simulate: bool = False


class Runs:
    """`/runs` and what is below it."""

    def __init__(self, rooms: Rooms) -> None:
        self._runs = rooms.runs
        self._catalog = rooms.catalog
        self._must_have = rooms.must_have

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the newest runs in short, newest first."""
        query = read(req, Listing)
        self._must_have(query.repo)
        resp.media = self._runs.newest(query.limit, query.repo)

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Start a run, or with `simulate` show what it would do."""
        order = read(req, Order)
        if not order.repo:
            raise InputError("repo: which one?")
        with or_not_found():
            self._catalog.repository(order.repo)
        begin = self._runs.simulate if order.simulate else self._runs.start
        selection = Selection(order.role, order.instance)
        run = begin(order.repo, order.action, selection, is_forced=order.force)
        if run.id:
            resp.status = falcon.HTTP_201
            resp.location = f"/runs/{run.id}"
        resp.media = run

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, run: str) -> None:
        """Show a run; with `wait`, once it is over or time is."""
        wait = read(req, Patience).wait
        with or_not_found():
            resp.media = ask_again(
                req, lambda: self._runs.get(run), lambda found: found.state in _OVER, wait_s=wait
            )

    def on_post_cancel(self, req: falcon.Request, resp: falcon.Response, run: str) -> None:
        """Begin nothing more of a run."""
        self._must_exist(req, run)
        resp.media = self._runs.cancel(run)

    def on_post_retry(self, req: falcon.Request, resp: falcon.Response, run: str) -> None:
        """Take a run up again from what failed."""
        self._must_exist(req, run)
        resp.media = self._runs.retry(run)

    def _must_exist(self, req: falcon.Request, run: str) -> None:
        read(req, Nothing)
        with or_not_found():
            self._runs.get(run)
