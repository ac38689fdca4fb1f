"""Services over HTTP, and the blueprints that make them."""

import falcon
import msgspec

from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Nothing, read
from cockpit.rest.rooms import Rooms


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which services to list."""

    repo: str = ""


class Services:
    """`/services`, and `/ays/…` as the original's paths have it."""

    def __init__(self, rooms: Rooms) -> None:
        self._catalog = rooms.catalog

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List services with what they listen to and their data."""
        resp.media = self._catalog.services(read(req, Filter).repo)

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, key: str
    ) -> None:
        """Delete a service that nobody needs."""
        read(req, Nothing)
        if key not in self._catalog.existing(repo):
            raise falcon.HTTPNotFound(description=f"{repo}: there is no service {key:.80}")
        self._catalog.delete(repo, key)
        resp.status = falcon.HTTP_204

    def on_post_blueprint(
        self, req: falcon.Request, resp: falcon.Response, repo: str, name: str
    ) -> None:
        """Execute a blueprint of a repository; `-` means all that are enabled, in order."""
        read(req, Nothing)
        with or_not_found():
            self._catalog.repository(repo)
        resp.media = self._catalog.execute(repo, name)
