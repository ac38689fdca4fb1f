"""`/ays/repository`: repositories as the original has them."""

from typing import Annotated

import falcon
import msgspec
from msgspec import Meta

from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.repos import Removal
from cockpit.rest.rooms import Rooms

FileName = Annotated[str, Meta(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", examples=["desk"])]


class Repository(msgspec.Struct, frozen=True, kw_only=True):
    """A repository.

    Attributes:
        path: Its directory on the machine of the cockpit.
    """

    name: str
    path: str = ""


class NewRepository(Body, frozen=True):
    """A repository to make.

    Attributes:
        name: Letters, digits, `-`, `_`, `.`.
        path: Not looked at: it is made in the home.
    """

    name: FileName
    path: str = ""


class AysRepositories:
    """`/ays/repository`, as the original has it; `/repos` tells more."""

    def __init__(self, rooms: Rooms) -> None:
        self._worktrees = rooms.worktrees
        self._must_have = rooms.must_have

    @operation(returns=list[Repository])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List repositories, held ones too."""
        rows = self._worktrees.rows()
        resp.media = [Repository(name=row.repo, path=row.path) for row in rows]

    @operation(
        returns=Repository,
        status=201,
        errors=(409,),
        examples={"new": {"name": "desk"}},
        headers={"Location": "The address of the repository."},
    )
    def on_post(self, req: falcon.Request, resp: falcon.Response, body: NewRepository) -> None:
        """Make a repository."""
        made = self._worktrees.create(body.name)
        resp.status = falcon.HTTP_201
        resp.location = f"/ays/repository/{made.repo}"
        resp.media = Repository(name=made.repo, path=made.path)

    @operation(returns=Repository, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, repo: str) -> None:
        """Show a repository."""
        with or_not_found():
            path = self._worktrees.path(repo)
        resp.media = Repository(name=repo, path=str(path))

    @operation(status=204, errors=(404, 409))
    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, query: Removal
    ) -> None:
        """Move a repository to the trash.

        Nothing is uninstalled. One with services is refused, unless `force` lets them go with it.
        """
        self._must_have(repo)
        self._worktrees.delete(repo, force=query.force)
        resp.status = falcon.HTTP_204
