"""People over HTTP: who they are, and who is on duty."""

import falcon
import msgspec

from cockpit.access.directory import Duty
from cockpit.access.person import Person, person
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.rooms import Rooms


class Told(Body, frozen=True):
    """A person's fields; groups are separated by commas. What is not named stays as it is."""

    mail: str | None = None
    telegram: str | None = None
    role: str | None = None
    groups: str | None = None


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment, in epoch seconds; 0 is now."""

    at: float = 0


class People:
    """`/people`, what is below it, and `/duty`."""

    def __init__(self, rooms: Rooms) -> None:
        self._directory = rooms.directory
        self._postman = rooms.postman

    @operation(returns=list[Person])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List everybody, by name."""
        resp.media = self._directory.people()

    @operation(returns=Person, errors=(404,))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Show one person."""
        with or_not_found():
            resp.media = self._directory.get(name)

    @operation(returns=Person)
    def on_put_one(self, req: falcon.Request, resp: falcon.Response, name: str, body: Told) -> None:
        """Add a person, or change what is named."""
        known = self._directory.find(name) or Person(name=name)
        groups = ",".join(known.groups) if body.groups is None else body.groups
        made = person(
            name,
            mail=known.mail if body.mail is None else body.mail,
            telegram=known.telegram if body.telegram is None else body.telegram,
            role=body.role or known.role,
            groups=[group.strip() for group in groups.split(",") if group.strip()],
        )
        self._directory.put(made)
        self._postman.again()
        resp.media = made

    @operation(status=204, errors=(404,))
    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Remove a person."""
        with or_not_found():
            self._directory.get(name)
        self._directory.remove(name)
        resp.status = falcon.HTTP_204

    @operation(returns=list[Duty])
    def on_get_duty(self, req: falcon.Request, resp: falcon.Response, query: Moment) -> None:
        """List who is on duty by each calendar, and the backup."""
        at = query.at
        resp.media = self._directory.duties(at or None)
