"""Template repositories over HTTP: add, list, update, remove."""

from collections.abc import Callable
from typing import Any

import falcon

from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Patience
from cockpit.rest.repos import BEGUN, Origin, is_over
from cockpit.rest.rooms import Rooms
from cockpit.rest.waiting import ask_again
from cockpit.robot import Removed, TemplateRepo, Transfer


class Templates:
    """Repositories of templates that all AYS repositories share."""

    def __init__(self, rooms: Rooms) -> None:
        self._repos = rooms.template_repos
        self._transfers = rooms.transfers

    @operation(returns=list[TemplateRepo])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List template repositories."""
        resp.media = self._repos.rows()

    @operation(returns=Removed, errors=(404, 422))
    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Move a template repository to the trash."""
        self._must_exist(name)
        resp.media = self._repos.remove(name)

    @operation(returns=Transfer, status=202, headers=BEGUN)
    def on_post_clone(
        self, req: falcon.Request, resp: falcon.Response, name: str, body: Origin
    ) -> None:
        """Begin to clone a template repository under a name."""
        self._repos.check_add(body.url, name, body.branch)
        self._begin(
            resp,
            name,
            "clone",
            lambda tell: self._repos.add(body.url, name, body.branch, tell=tell),
        )

    @operation(returns=Transfer, status=202, headers=BEGUN, errors=(404, 422))
    def on_post_pull(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Begin to fetch what the upstream has."""
        self._must_exist(name)
        self._begin(resp, name, "pull", lambda tell: self._repos.update(name, tell=tell))

    @operation(returns=Transfer, errors=(404,))
    def on_get_transfer(
        self, req: falcon.Request, resp: falcon.Response, name: str, query: Patience
    ) -> None:
        """Show how far the newest clone or pull is; with `wait`, once it is over."""
        wait = query.wait
        with or_not_found():
            resp.media = ask_again(
                req, lambda: self._transfers.get(_key(name)), is_over, wait_s=wait
            )

    def _begin(
        self,
        resp: falcon.Response,
        name: str,
        what: str,
        work: Callable[[Callable[[str], None]], Any],
    ) -> None:
        resp.media = self._transfers.begin(_key(name), what, work)
        resp.status = falcon.HTTP_202
        resp.location = f"/templates/{name}/transfer"

    def _must_exist(self, name: str) -> None:
        with or_not_found():
            self._repos.path(name)


def _key(name: str) -> str:
    """Return what its transfers are known by: an AYS repository may have the same name."""
    return f"templates/{name}"
