"""Repositories over HTTP: make, clone, enable, hold, delete, and their git work trees."""

from collections.abc import Callable
from typing import Any, Literal

import falcon
import msgspec

from cockpit.errors import InputError
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Nothing, Page, Patience, read
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import Transfer


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """What the new repository is called."""

    name: str = ""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What to clone."""

    url: str = ""
    branch: str = ""


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """Whether to delete a repository that has services."""

    force: bool = False


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a commit is about."""

    message: str = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """Which side of a conflict counts, and of which service; "" means all."""

    side: Literal["", "disk", "redis"] = ""
    service: str = ""


class Repos:
    """`/repos` and what is below it."""

    def __init__(self, rooms: Rooms) -> None:
        self._worktrees = rooms.worktrees
        self._transfers = rooms.transfers

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List repositories, held ones too."""
        read(req, Nothing)
        resp.media = self._worktrees.rows()

    def on_post(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Make a repository."""
        resp.media = made = self._worktrees.create(read(req, Name).name)
        resp.status = falcon.HTTP_201
        resp.location = f"/repos/{made.repo}"

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Show a repository and what is not committed."""
        read(req, Nothing)
        self._must_exist(name)
        resp.media = self._worktrees.status(name)

    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Move a repository to the trash."""
        wanted = read(req, Removal)
        self._must_exist(name)
        resp.media = self._worktrees.delete(name, force=wanted.force)

    def on_post_enable(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Let a repository work."""
        read(req, Nothing)
        self._must_exist(name)
        resp.media = self._worktrees.enable(name)

    def on_post_disable(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Hold a repository."""
        read(req, Nothing)
        self._must_exist(name)
        resp.media = self._worktrees.disable(name)

    def on_post_commit(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Commit all changes."""
        given = read(req, Message)
        self._must_exist(name)
        resp.media = self._worktrees.commit(name, given.message)

    def on_post_restore(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Make the services that only the files have."""
        read(req, Nothing)
        self._must_exist(name)
        resp.media = self._worktrees.restore(name)

    def on_post_resolve(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """End conflicts between files that people edited and Redis."""
        wanted = read(req, Judgement)
        self._must_exist(name)
        if not wanted.side:
            raise InputError("side: which one counts, disk or redis?")
        services = [wanted.service] if wanted.service else []
        resp.media = self._worktrees.resolve(name, services, wanted.side)

    def on_get_log(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """List the newest commits, newest first."""
        page = read(req, Page)
        self._must_exist(name)
        resp.media = self._worktrees.log(name, page.limit)

    def on_post_clone(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Begin to clone a repository under a name."""
        origin = read(req, Origin)
        self._worktrees.check_clone(origin.url, name, origin.branch)
        self._begin(
            resp,
            name,
            "clone",
            lambda tell: self._worktrees.clone(origin.url, name, origin.branch, tell=tell),
        )

    def on_post_pull(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Begin to fetch what the upstream has."""
        read(req, Nothing)
        self._must_exist(name)
        self._begin(resp, name, "pull", lambda tell: self._worktrees.pull(name, tell=tell))

    def on_post_push(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Begin to send commits to the upstream."""
        read(req, Nothing)
        self._must_exist(name)
        self._begin(resp, name, "push", lambda tell: self._worktrees.push(name, tell=tell))

    def on_get_transfer(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Show how far the newest clone, pull or push is; with `wait`, once it is over."""
        wait = read(req, Patience).wait
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

    def _must_exist(self, name: str) -> None:
        with or_not_found():
            self._worktrees.path(name)


def is_over(transfer: Transfer) -> bool:
    """Tell whether a transfer is done, one way or the other."""
    return transfer.state != "running"
