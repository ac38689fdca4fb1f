"""Jobs over HTTP: list, show, retry, drop."""

from typing import Literal

import falcon

from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms
from cockpit.robot import Job


class Listing(Page, frozen=True, kw_only=True):
    """Which jobs to list.

    Attributes:
        state: Only those in this state; empty is all.
        repo: Only those of this repository; empty is all.
    """

    state: Literal["", "queued", "running", "waiting", "ok", "error", "dead", "dropped"] = ""
    repo: str = ""


class Jobs:
    """What the actions did: state, output, tries; try again, give up."""

    def __init__(self, rooms: Rooms) -> None:
        self._jobs = rooms.jobs
        self._must_have = rooms.must_have

    @operation(returns=list[Job], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List the newest jobs in short, newest first."""
        self._must_have(query.repo)
        resp.media = self._jobs.newest(query.limit, query.state, query.repo)

    @operation(returns=Job, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, job: str) -> None:
        """Show a job whole: output, traceback, tries, and what it made."""
        with or_not_found():
            resp.media = self._jobs.get(job)

    @operation(returns=Job, errors=(404, 409))
    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, job: str) -> None:
        """Give up a job that waits or died."""
        self._must_exist(job)
        resp.media = self._jobs.drop(job)

    @operation(returns=Job, errors=(404, 422))
    def on_post_retry(self, req: falcon.Request, resp: falcon.Response, job: str) -> None:
        """Queue a job that waits for its retry or died, now."""
        self._must_exist(job)
        resp.media = self._jobs.retry(job)

    def _must_exist(self, job: str) -> None:
        with or_not_found():
            self._jobs.get(job)
