"""Services over HTTP: list, show, delete, and the states of their actions."""

from collections.abc import Mapping
from typing import Any, Literal

import falcon
import msgspec

from cockpit.errors import nearest
from cockpit.rest import etag
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.rooms import Rooms
from cockpit.robot import ServiceRow

_NAMED = 1000


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which services to list.

    Attributes:
        repo: Only those of this repository; empty is all.
        role: Only those of exactly this role; empty is all.
        instance: Only those of exactly this instance; empty is all.
    """

    repo: str = ""
    role: str = ""
    instance: str = ""


class Decree(Body, frozen=True):
    """An action, and the state that it shall have.

    Attributes:
        action: An action of the service's template.
        state: `ok` after a repair, `disabled` so that runs pass it by, …
    """

    action: str
    state: Literal["new", "scheduled", "ok", "error", "changed", "disabled"]


class ActionState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of an action of a service."""

    service: str
    action: str
    state: str


class ServiceView(ServiceRow, frozen=True, kw_only=True):
    """A service, with the states of its actions.

    Attributes:
        states: By action: new, scheduled, running, ok, error, changed or disabled.
    """

    states: dict[str, str] = msgspec.field(default_factory=dict)


class Services:
    """What runs here: services, their states and data."""

    def __init__(self, rooms: Rooms) -> None:
        self._catalog = rooms.catalog
        self._must_have = rooms.must_have
        self._runs = rooms.runs

    @operation(returns=list[ServiceView], errors=(404,))
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

    @operation(returns=ServiceView, errors=(304, 404), headers=etag.SHOWN, sent=etag.ASKING)
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, repo: str, key: str) -> None:
        """Show one service, with the states of its actions."""
        etag.show(req, resp, self._shown(repo, key))

    @operation(
        returns=ActionState,
        errors=(404,),
        examples={"repaired": {"action": "notify", "state": "ok"}},
    )
    def on_post_state(
        self, req: falcon.Request, resp: falcon.Response, repo: str, key: str, body: Decree
    ) -> None:
        """Set the state of an action by hand, as `ok` after a repair, or `disabled`."""
        with or_not_found():
            self._catalog.repository(repo)
        _must_exist(repo, key, self._catalog.existing(repo))
        self._runs.set_state(repo, key, body.action, body.state)
        resp.media = ActionState(service=key, action=body.action, state=body.state)

    @operation(status=204, errors=(404, 409, 412, 422), sent=etag.EDITING)
    def on_delete_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, key: str
    ) -> None:
        """Delete a service that nobody needs."""
        etag.must_match(req, self._shown(repo, key))
        self._catalog.delete(repo, key)
        resp.status = falcon.HTTP_204

    def _shown(self, repo: str, key: str) -> ServiceView:
        found = {row.key: row for row in self._catalog.services(repo)}
        _must_exist(repo, key, found)
        return _with_states(found[key], self._runs.states(repo))


def _must_exist(repo: str, key: str, known: Mapping[str, Any]) -> None:
    if key not in known:
        hint = nearest(key, tuple(known)[:_NAMED])
        raise falcon.HTTPNotFound(description=f"{repo}: there is no service {key:.80}{hint}")


def _with_states(row: ServiceRow, states: Mapping[str, Mapping[str, str]]) -> ServiceView:
    return ServiceView(**msgspec.structs.asdict(row), states=dict(states.get(row.key, {})))
