"""`/ays/repository/{repo}/service`: services as the original has them."""

import contextlib
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

import falcon
import gevent
import msgspec
from msgspec import Meta

from cockpit.ays import Schema, service_hrd
from cockpit.errors import ConflictError, InputError, nearest
from cockpit.rest import etag
from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.rooms import Rooms
from cockpit.rest.runs import is_over
from cockpit.rest.waiting import MAX_WAIT_S, ask_again
from cockpit.robot import Selection, ServiceRow

_NAMED = 1000
_SHOWN = 5
_BREATH = 100


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service.

    Attributes:
        key: `role!instance`.
        name: Of its template.
        state: The states of its actions.
        instance_hrd: Its data; passwords are references.
        parent: The key of the service that it lives in; empty for none.
        producers: The keys of the services that it consumes.
        actions_py: The code of its actions; only where one service is shown.
        source: The SHA-256 of `actions_py`, for `/source/{hash}`; only where one service is shown.
        hrd: The SHA-256 of its data as HRD, for `/hrd/{hash}`; only where one service is shown.
    """

    key: str
    name: str
    instance: str
    role: str
    repository: str
    state: dict[str, str]
    instance_hrd: dict[str, Any]
    parent: str
    producers: list[str]
    actions_py: str = ""
    source: str = ""
    hrd: str = ""


class AYSFile(msgspec.Struct, frozen=True, kw_only=True):
    """The content of a file."""

    content: str


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """How to delete a service."""

    uninstall: Annotated[bool, Meta(description="Whether to uninstall it before.")] = True
    scope: Annotated[
        str,
        Meta(
            description="Roles that may be uninstalled besides; none is, whatever it says: a"
            " service that others need is not deleted."
        ),
    ] = ""


class AysServices:
    """Services, as the original has them; `/services` tells more."""

    def __init__(self, rooms: Rooms) -> None:
        self._catalog = rooms.catalog
        self._runs = rooms.runs
        self._must_have = rooms.must_have
        self._templates = rooms.template_files

    @operation(returns=list[Service], errors=(404,))
    def on_get(self, req: falcon.Request, resp: falcon.Response, repo: str) -> None:
        """List services, sorted by role and instance."""
        resp.media = self._listed(repo)

    @operation(returns=list[Service], errors=(404,))
    def on_get_role(self, req: falcon.Request, resp: falcon.Response, repo: str, role: str) -> None:
        """List the services of exactly this role."""
        resp.media = [one for one in self._listed(repo) if one.role == role]

    @operation(returns=Service, errors=(304, 404), headers=etag.SHOWN, sent=etag.ASKING)
    def on_get_one(
        self, req: falcon.Request, resp: falcon.Response, repo: str, role: str, instance: str
    ) -> None:
        """Show a service, with the code of its actions."""
        etag.show(req, resp, self._one(repo, role, instance))

    @operation(status=204, errors=(404, 409, 412), sent=etag.EDITING)
    def on_delete_one(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        *,
        repo: str,
        role: str,
        instance: str,
        query: Removal,
    ) -> None:
        """Uninstall and delete a service that nobody needs.

        409 when others need it, jobs wait for it, or it could not be uninstalled within 30 seconds:
        then it is still there. With `uninstall=false` it is deleted as it is.
        """
        row = self._row(repo, role, instance)
        etag.must_match(req, self._one(repo, role, instance))
        if row.consumers:
            raise ConflictError(f"{row.key} is needed by {', '.join(row.consumers[:_SHOWN])}")
        if query.uninstall and self._may_uninstall(row):
            self._uninstall(req, row)
        self._catalog.delete(repo, row.key)
        resp.status = falcon.HTTP_204

    @operation(returns=list[str], errors=(404,))
    def on_get_actions(
        self, req: falcon.Request, resp: falcon.Response, repo: str, role: str, instance: str
    ) -> None:
        """List the actions of a service."""
        row = self._row(repo, role, instance)
        found = self._catalog.templates(repo).get(row.template)
        resp.media = sorted(found.actions) if found else []

    @operation(returns=AYSFile, errors=(404,))
    def on_get_source(
        self, req: falcon.Request, resp: falcon.Response, repo: str, digest: str
    ) -> None:
        """Give the code of actions with a SHA-256, as services and templates tell it.

        Only what is there now is found: earlier versions are in git.
        """
        with or_not_found():
            resp.media = AYSFile(content=self._templates.actions(repo, digest))

    @operation(returns=AYSFile, errors=(404,))
    def on_get_hrd(
        self, req: falcon.Request, resp: falcon.Response, repo: str, digest: str
    ) -> None:
        """Give the parameters of a service or a template with a SHA-256, as they tell it.

        Only what is there now is found.
        """
        with or_not_found():
            found = [one.service_hrd for one in self._templates.all(repo) if one.hrd == digest]
            resp.media = AYSFile(content=found[0] if found else self._hrd_with(repo, digest))

    def _listed(self, repo: str) -> list[Service]:
        self._must_have(repo)
        states = self._runs.states(repo)
        rows = sorted(self._catalog.services(repo), key=lambda row: (row.role, row.instance))
        return [_service(row, states.get(row.key, {})) for row in rows]

    def _one(self, repo: str, role: str, instance: str) -> Service:
        row = self._row(repo, role, instance)
        shown = _service(row, self._runs.states(repo).get(row.key, {}))
        code, source = "", ""
        with contextlib.suppress(InputError):  # Its template may be gone.
            found = self._templates.get(repo, row.template)
            code, source = found.actions_py, found.source
        return msgspec.structs.replace(
            shown, actions_py=code, source=source, hrd=_digest(self._hrd(repo, row))
        )

    def _row(self, repo: str, role: str, instance: str) -> ServiceRow:
        self._must_have(repo)
        rows = {row.key: row for row in self._catalog.services(repo)}
        wanted = f"{role}!{instance}"
        if wanted not in rows:
            hint = nearest(wanted, tuple(rows)[:_NAMED])
            raise falcon.HTTPNotFound(description=f"{repo}: there is no service {wanted:.80}{hint}")
        return rows[wanted]

    def _may_uninstall(self, row: ServiceRow) -> bool:
        """Tell whether there is something to do; what cannot be read fails, and is not skipped."""
        found = self._catalog.templates(row.repo).get(row.template)
        return found is None or found.has("uninstall")

    def _uninstall(self, req: falcon.Request, row: ServiceRow) -> None:
        began = self._runs.start(row.repo, "uninstall", Selection(row.role, row.instance))
        ended = ask_again(req, lambda: self._runs.get(str(began.id)), is_over, wait_s=MAX_WAIT_S)
        if ended.state != "ok":
            raise ConflictError(
                f"{row.key} is not uninstalled: {began.id} is {ended.state}; look at it, and"
                " delete again, or with uninstall=false"
            )

    def _hrd(self, repo: str, row: ServiceRow) -> str:
        """Return the data of a service as HRD; what HRD cannot hold is left out."""
        found = self._catalog.templates(repo).get(row.template)
        schema = found.schema if found else Schema(is_open=True)
        return service_hrd.write(row.data, schema, {})["instance.hrd"]

    def _hrd_with(self, repo: str, digest: str) -> str:
        for number, row in enumerate(self._catalog.services(repo)):
            text = self._hrd(repo, row)
            if _digest(text) == digest:
                return text
            if number % _BREATH == 0:
                gevent.sleep(0)  # 10,000 of them take two seconds, and others are served too.
        raise InputError(f"{repo}: nothing has parameters with the SHA-256 {digest:.80} now")


def _service(row: ServiceRow, states: Mapping[str, str]) -> Service:
    return Service(
        key=row.key,
        name=row.template,
        instance=row.instance,
        role=row.role,
        repository=row.repo,
        state=dict(states),
        instance_hrd=row.data,
        parent=row.parent,
        producers=[key for several in row.producers.values() for key in several],
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
