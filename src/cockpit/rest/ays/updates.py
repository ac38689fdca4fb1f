"""`/ays/reload` and `/cockpit/update`: looking at files again, and getting newer ones."""

import contextlib
from collections.abc import Callable
from typing import Any

import falcon
import msgspec
from gevent.lock import BoundedSemaphore

from cockpit.errors import InputError
from cockpit.rest.operation import operation
from cockpit.rest.rooms import Rooms

_AT_ONCE = 4


class Reloaded(msgspec.Struct, frozen=True, kw_only=True):
    """What there is.

    Attributes:
        msg: For people, as the original had it.
        repositories: Those that are not held.
        problems: What of them cannot be read, by file and line.
    """

    msg: str
    repositories: list[str]
    problems: list[str]


class AysUpdates:
    """Looking at files again, and getting newer ones from git."""

    def __init__(self, rooms: Rooms) -> None:
        self._catalog = rooms.catalog
        self._worktrees = rooms.worktrees
        self._template_repos = rooms.template_repos
        self._transfers = rooms.transfers
        self._few = BoundedSemaphore(_AT_ONCE)

    @operation(returns=Reloaded)
    def on_get_reload(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Look at the files again, and tell what cannot be read.

        They are looked at for each event anyhow: nothing waits for this.
        """
        self._catalog.look_again()
        resp.media = Reloaded(
            msg="reload done",
            repositories=self._catalog.repos(),
            problems=self._catalog.problems(),
        )

    @operation(returns=Reloaded)
    def on_post_reload(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Do as GET does."""
        self.on_get_reload(req, resp)

    @operation(status=204, errors=(404,))
    def on_post_update(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Begin to pull all template repositories and repositories that have an upstream.

        The pulls go on after the answer: `/templates/{name}/transfer` and `/repos/{name}/transfer`
        tell how far they are. 404 when none has an upstream. The program itself is never updated.
        """
        repos, shared = self._worktrees.with_upstream(), self._template_repos.with_upstream()
        if not (repos or shared):
            raise falcon.HTTPNotFound(description="no repository has an upstream to pull from")
        for name in repos:
            self._begin(name, self._worktrees.pull, name)
        for name in shared:
            self._begin(f"templates/{name}", self._template_repos.update, name)
        resp.status = falcon.HTTP_204

    def _begin(self, key: str, pull: Callable[..., Any], name: str) -> None:
        def work(tell: Callable[[str], None]) -> Any:
            with self._few:
                return pull(name, tell=tell)

        # One of which a transfer is running gets what there is.
        with contextlib.suppress(InputError):
            self._transfers.begin(key, "pull", work)
