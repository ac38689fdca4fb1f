"""Services over HTTP, and the blueprints that make them."""

from collections.abc import Mapping
from typing import Any

import falcon
import msgspec

from cockpit.errors import nearest
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.rooms import Rooms
from cockpit.robot import Executed, ServiceRow

_NAMED = 1000


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which services to list; role and instance must be exactly these."""

    repo: str = ""
    role: str = ""
    instance: str = ""


class State(Body, frozen=True):
    """An action, and the state that it shall have."""

    action: str
    state: str


class ActionState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of an action of a service."""

    service: str
    action: str
    state: str


class BlueprintRow(msgspec.Struct, frozen=True, kw_only=True):
    """A blueprint in a list; one that is not enabled is archived."""

    name: str
    enabled: bool


class ServiceState(ServiceRow, frozen=True, kw_only=True):
    """A service, with the states of its actions.

    Attributes:
        states: By action: new, scheduled, running, ok, error, changed or disabled.
    """

    states: dict[str, str] = msgspec.field(default_factory=dict)


class Services:
    """`/services`, and `/ays/…` as the original's paths have it."""

    def __init__(self, rooms: Rooms) -> None:
        self._catalog = rooms.catalog
        self._must_have = rooms.must_have
        self._runs = rooms.runs

    @operation(returns=list[ServiceState], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Filter) -> None:
        """List services with what they listen to, their data, and the states of their actions."""
        self._must_have(query.repo)
        rows = [
            row
            for row in self._catalog.services(query.repo)
            if query.role in ("", row.role) and query.instance in ("", row.instance)
        ]
        states = {repo: self._runs.states(repo) for repo in {row.repo for row in rows}}
        resp.media = [_with_states(row, states[row.repo]) for row in rows]

    @operation(returns=ServiceState, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, repo: str, key: str) -> None:
        """Show one service, with the states of its actions."""
        found = {row.key: row for row in self._catalog.services(repo)}
        _must_exist(repo, key, found)
        resp.media = _with_states(found[key], self._runs.states(repo))

    @operation(returns=ActionState, errors=(404,))
    def on_post_state(
        self, req: falcon.Request, resp: falcon.Response, repo: str, key: str, body: State
    ) -> None:
        """Set the state of an action by hand, as `ok` after a repair, or `disabled`."""
        with or_not_found():
            self._catalog.repository(repo)
        self._runs.set_state(repo, key, body.action, body.state)
        resp.media = ActionState(service=key, action=body.action, state=body.state)

    @operation(status=204, errors=(404, 422))
    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, key: str
    ) -> None:
        """Delete a service that nobody needs."""
        _must_exist(repo, key, self._catalog.existing(repo))
        self._catalog.delete(repo, key)
        resp.status = falcon.HTTP_204

    @operation(returns=list[BlueprintRow], errors=(404,))
    def on_get_blueprints(self, req: falcon.Request, resp: falcon.Response, repo: str) -> None:
        """List the blueprints of a repository, in the order of their execution."""
        with or_not_found():
            repository = self._catalog.repository(repo)
        enabled = {path.name for path in repository.blueprints()}
        names = [path.name for path in repository.all_blueprints()]
        resp.media = [BlueprintRow(name=name, enabled=name in enabled) for name in names]

    @operation(returns=Executed, errors=(404, 422))
    def on_post_blueprint(
        self, req: falcon.Request, resp: falcon.Response, repo: str, name: str
    ) -> None:
        """Execute a blueprint of a repository; `-` means all that are enabled, in order."""
        with or_not_found():
            self._catalog.repository(repo)
        resp.media = self._catalog.execute(repo, name)


def _must_exist(repo: str, key: str, known: Mapping[str, Any]) -> None:
    if key not in known:
        hint = nearest(key, tuple(known)[:_NAMED])
        raise falcon.HTTPNotFound(description=f"{repo}: there is no service {key:.80}{hint}")


def _with_states(row: ServiceRow, states: Mapping[str, Mapping[str, str]]) -> ServiceState:
    return ServiceState(**msgspec.structs.asdict(row), states=dict(states.get(row.key, {})))
