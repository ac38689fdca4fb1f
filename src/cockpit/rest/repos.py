"""Repositories over HTTP: make, clone, enable, hold, delete, and their git work trees."""

from collections.abc import Callable
from typing import Any, Literal

import falcon
import msgspec

from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page, Patience
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import (
    Committed,
    Deleted,
    Entry,
    RepoRow,
    RepoStatus,
    Resolved,
    Restored,
    Transfer,
)

BEGUN = {"Location": "Where to ask how far it is."}


class Name(Body, frozen=True):
    """What the new repository is called.

    Attributes:
        name: Up to 64 letters, digits, '.', '_', '-'; a letter or digit first.
    """

    name: str


class Origin(Body, frozen=True):
    """What to clone.

    Attributes:
        url: An address that git knows: https, ssh, or a path of this machine.
        branch: Of the other side; empty is the one it has checked out.
    """

    url: str
    branch: str = ""


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """Whether to delete a repository that has services.

    Attributes:
        force: Delete its services too, and drop what waits for them.
    """

    force: bool = False


class Subject(Body, frozen=True):
    """What a commit is about.

    Attributes:
        message: For people; the first line is the subject.
    """

    message: str


class Judgement(Body, frozen=True):
    """Which side of a conflict counts, and of which service.

    Attributes:
        side: `disk` takes what people edited, `redis` writes the files anew.
        service: Its key; empty is all that are in conflict.
    """

    side: Literal["disk", "redis"]
    service: str = ""


class Repos:
    """AYS repositories, and their git work trees."""

    def __init__(self, rooms: Rooms) -> None:
        self._worktrees = rooms.worktrees
        self._must_have = rooms.must_have
        self._transfers = rooms.transfers

    @operation(returns=list[RepoRow])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List repositories, held ones too."""
        resp.media = self._worktrees.rows()

    @operation(
        returns=RepoStatus,
        status=201,
        headers={"Location": "The address of the repository."},
        examples={"a repository": {"name": "office"}},
    )
    def on_post(self, req: falcon.Request, resp: falcon.Response, body: Name) -> None:
        """Make a repository."""
        resp.media = made = self._worktrees.create(body.name)
        resp.status = falcon.HTTP_201
        resp.location = f"/repos/{made.repo}"

    @operation(returns=RepoStatus, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Show a repository and what is not committed."""
        self._must_have(name)
        resp.media = self._worktrees.status(name)

    @operation(returns=Deleted, errors=(404, 409))
    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, name: str, query: Removal
    ) -> None:
        """Move a repository to the trash."""
        self._must_have(name)
        resp.media = self._worktrees.delete(name, force=query.force)

    @operation(returns=RepoStatus, errors=(404, 422))
    def on_post_enable(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Let a repository work."""
        self._must_have(name)
        resp.media = self._worktrees.enable(name)

    @operation(returns=RepoStatus, errors=(404, 422))
    def on_post_disable(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Hold a repository."""
        self._must_have(name)
        resp.media = self._worktrees.disable(name)

    @operation(
        returns=Committed, errors=(404,), examples={"all changes": {"message": "Ann is on call"}}
    )
    def on_post_commit(
        self, req: falcon.Request, resp: falcon.Response, name: str, body: Subject
    ) -> None:
        """Commit all changes."""
        self._must_have(name)
        resp.media = self._worktrees.commit(name, body.message)

    @operation(returns=Restored, errors=(404, 422))
    def on_post_restore(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Make the services that only the files have."""
        self._must_have(name)
        resp.media = self._worktrees.restore(name)

    @operation(returns=Resolved, errors=(404,), examples={"the files count": {"side": "disk"}})
    def on_post_resolve(
        self, req: falcon.Request, resp: falcon.Response, name: str, body: Judgement
    ) -> None:
        """End conflicts between files that people edited and Redis."""
        self._must_have(name)
        services = [body.service] if body.service else []
        resp.media = self._worktrees.resolve(name, services, body.side)

    @operation(returns=list[Entry], errors=(404,))
    def on_get_log(
        self, req: falcon.Request, resp: falcon.Response, name: str, query: Page
    ) -> None:
        """List the newest commits, newest first."""
        self._must_have(name)
        resp.media = self._worktrees.log(name, query.limit)

    @operation(returns=Transfer, status=202, headers=BEGUN)
    def on_post_clone(
        self, req: falcon.Request, resp: falcon.Response, name: str, body: Origin
    ) -> None:
        """Begin to clone a repository under a name."""
        self._worktrees.check_clone(body.url, name, body.branch)
        self._begin(
            resp,
            name,
            "clone",
            lambda tell: self._worktrees.clone(body.url, name, body.branch, tell=tell),
        )

    @operation(returns=Transfer, status=202, headers=BEGUN, errors=(404, 422))
    def on_post_pull(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Begin to fetch what the upstream has."""
        self._must_have(name)
        self._begin(resp, name, "pull", lambda tell: self._worktrees.pull(name, tell=tell))

    @operation(returns=Transfer, status=202, headers=BEGUN, errors=(404, 422))
    def on_post_push(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Begin to send commits to the upstream."""
        self._must_have(name)
        self._begin(resp, name, "push", lambda tell: self._worktrees.push(name, tell=tell))

    @operation(returns=Transfer, errors=(404,))
    def on_get_transfer(
        self, req: falcon.Request, resp: falcon.Response, name: str, query: Patience
    ) -> None:
        """Show how far the newest clone, pull or push is; with `wait`, once it is over."""
        wait = query.wait
        with or_not_found():
            resp.media = ask_again(req, lambda: self._transfers.get(name), is_over, wait_s=wait)

    def _begin(
        self,
        resp: falcon.Response,
        name: str,
        what: str,
        work: Callable[[Callable[[str], None]], Any],
    ) -> None:
        resp.media = self._transfers.begin(name, what, work)
        resp.status = falcon.HTTP_202
        resp.location = f"/repos/{name}/transfer"


def is_over(transfer: Transfer) -> bool:
    """Tell whether a transfer is done, one way or the other."""
    return transfer.state != "running"
