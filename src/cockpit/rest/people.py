"""People over HTTP: who they are, and who is on duty."""

import falcon
import msgspec

from cockpit.access.person import person
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Nothing, read
from cockpit.rest.rooms import Rooms


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A person's fields; groups are separated by commas."""

    mail: str = ""
    telegram: str = ""
    role: str = "read"
    groups: str = ""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment, in epoch seconds; 0 is now."""

    at: float = 0


class People:
    """`/people`, what is below it, and `/duty`."""

    def __init__(self, rooms: Rooms) -> None:
        self._directory = rooms.directory
        self._postman = rooms.postman

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List everybody, by name."""
        read(req, Nothing)
        resp.media = self._directory.people()

    def on_get_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Show one person."""
        read(req, Nothing)
        with or_not_found():
            resp.media = self._directory.get(name)

    def on_put_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Add a person, or replace what is known of them."""
        told = read(req, Told)
        groups = [group.strip() for group in told.groups.split(",") if group.strip()]
        made = person(name, mail=told.mail, telegram=told.telegram, role=told.role, groups=groups)
        self._directory.put(made)
        self._postman.again()
        resp.media = made

    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Remove a person."""
        read(req, Nothing)
        with or_not_found():
            self._directory.get(name)
        self._directory.remove(name)
        resp.status = falcon.HTTP_204

    def on_get_duty(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List who is on duty by each calendar, and the backup."""
        at = read(req, Moment).at
        resp.media = self._directory.duties(at or None)
