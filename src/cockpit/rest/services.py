"""Services over HTTP, and the blueprints that make them."""

from collections.abc import Mapping
from typing import Any

import falcon
import msgspec

from cockpit.errors import nearest
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Nothing, read
from cockpit.rest.rooms import Rooms
from cockpit.robot import ServiceRow

_NAMED = 1000


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which services to list; role and instance must be exactly these."""

    repo: str = ""
    role: str = ""
    instance: str = ""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """An action, and the state that it shall have."""

    action: str = ""
    state: str = ""


class Services:
    """`/services`, and `/ays/…` as the original's paths have it."""

    def __init__(self, rooms: Rooms) -> None:
        self._catalog = rooms.catalog
        self._must_have = rooms.must_have
        self._runs = rooms.runs

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List services with what they listen to, their data, and the states of their actions."""
        asked = read(req, Filter)
        self._must_have(asked.repo)
        rows = [
            row
            for row in self._catalog.services(asked.repo)
            if asked.role in ("", row.role) and asked.instance in ("", row.instance)
        ]
        states = {repo: self._runs.states(repo) for repo in {row.repo for row in rows}}
        resp.media = [_with_states(row, states[row.repo]) for row in rows]

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, repo: str, key: str) -> None:
        """Show one service, with the states of its actions."""
        read(req, Nothing)
        found = {row.key: row for row in self._catalog.services(repo)}
        _must_exist(repo, key, found)
        resp.media = _with_states(found[key], self._runs.states(repo))

    def on_post_state(
        self, req: falcon.Request, resp: falcon.Response, repo: str, key: str
    ) -> None:
        """Set the state of an action by hand, as `ok` after a repair, or `disabled`."""
        given = read(req, State)
        with or_not_found():
            self._catalog.repository(repo)
        self._runs.set_state(repo, key, given.action, given.state)
        resp.media = {"service": key, "action": given.action, "state": given.state}

    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, key: str
    ) -> None:
        """Delete a service that nobody needs."""
        read(req, Nothing)
        _must_exist(repo, key, self._catalog.existing(repo))
        self._catalog.delete(repo, key)
        resp.status = falcon.HTTP_204

    def on_get_blueprints(self, req: falcon.Request, resp: falcon.Response, repo: str) -> None:
        """List the blueprints of a repository, in the order of their execution."""
        read(req, Nothing)
        with or_not_found():
            repository = self._catalog.repository(repo)
        enabled = {path.name for path in repository.blueprints()}
        names = [path.name for path in repository.all_blueprints()]
        resp.media = [{"name": name, "enabled": name in enabled} for name in names]

    def on_post_blueprint(
        self, req: falcon.Request, resp: falcon.Response, repo: str, name: str
    ) -> None:
        """Execute a blueprint of a repository; `-` means all that are enabled, in order."""
        read(req, Nothing)
        with or_not_found():
            self._catalog.repository(repo)
        resp.media = self._catalog.execute(repo, name)


def _must_exist(repo: str, key: str, known: Mapping[str, Any]) -> None:
    if key not in known:
        hint = nearest(key, tuple(known)[:_NAMED])
        raise falcon.HTTPNotFound(description=f"{repo}: there is no service {key:.80}{hint}")


def _with_states(row: ServiceRow, states: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return msgspec.structs.asdict(row) | {"states": states.get(row.key, {})}
