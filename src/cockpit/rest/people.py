"""People over HTTP: who they are, and who is on duty."""

import falcon
import msgspec
from gevent.lock import BoundedSemaphore

from cockpit.access.directory import Duty
from cockpit.access.person import Person, Role, person
from cockpit.rest import etag
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.rooms import Rooms


class Changed(Body, frozen=True):
    """A person's fields; what is not named stays as it is.

    Attributes:
        mail: The address; empty is none.
        telegram: The user name; empty is none.
        role: What they may do.
        groups: The groups they are in, with commas between.
    """

    mail: str | None = None
    telegram: str | None = None
    role: Role | None = None
    groups: str | None = None


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment.

    Attributes:
        at: Epoch seconds; 0 is now.
    """

    at: float = 0


_ANN = {"mail": "ann@example.org", "groups": "oncall, office"}


class People:
    """Who may be told and asked, and who is on duty."""

    def __init__(self, rooms: Rooms) -> None:
        self._directory = rooms.directory
        self._postman = rooms.postman
        self._alone = BoundedSemaphore()

    @operation(returns=list[Person])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List everybody, by name."""
        resp.media = self._directory.people()

    @operation(returns=Person, errors=(304, 404), headers=etag.SHOWN, sent=etag.ASKING)
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Show one person."""
        with or_not_found():
            etag.show(req, resp, self._directory.get(name))

    @operation(
        returns=Person,
        also=(201,),
        errors=(412,),
        headers=etag.SHOWN,
        sent=etag.WRITING,
        examples={"somebody": _ANN},
    )
    def on_put_one(
        self, req: falcon.Request, resp: falcon.Response, name: str, body: Changed
    ) -> None:
        """Add a person (201), or change what is named (200)."""
        with self._alone:
            there = self._directory.find(name)
            # First what is wrong anyhow: RFC 9110 §13.2.1.
            made = _changed(there or Person(name=name), body)
            etag.must_match(req, there)
            self._directory.put(made)
            made = self._directory.get(name)
        self._postman.again()
        resp.status = falcon.HTTP_200 if there else falcon.HTTP_201
        resp.etag = etag.tag(made)
        resp.media = made

    @operation(status=204, errors=(404, 412, 422), sent=etag.EDITING)
    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Remove a person."""
        with self._alone:
            with or_not_found():
                there = self._directory.get(name)
            etag.must_match(req, there)
            self._directory.remove(name)
        resp.status = falcon.HTTP_204

    @operation(returns=list[Duty])
    def on_get_duty(self, req: falcon.Request, resp: falcon.Response, query: Moment) -> None:
        """List who is on duty by each calendar, and the backup."""
        at = query.at
        resp.media = self._directory.duties(at or None)


def _changed(known: Person, told: Changed) -> Person:
    groups = ",".join(known.groups) if told.groups is None else told.groups
    return person(
        known.name,
        mail=known.mail if told.mail is None else told.mail,
        telegram=known.telegram if told.telegram is None else told.telegram,
        role=told.role or known.role,
        groups=[group.strip() for group in groups.split(",") if group.strip()],
    )
