"""Tokens over HTTP: make one, list them, revoke one; and who changed what."""

import falcon
import msgspec

from cockpit.access.audit import Act
from cockpit.access.identity import Scope
from cockpit.ays import duration
from cockpit.errors import InputError
from cockpit.rest.operation import operation
from cockpit.rest.payload import Body
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Limit
from cockpit.rest.rooms import Rooms


class Wish(Body, frozen=True):
    """A token to make.

    Attributes:
        name: What it is called in the audit log: up to 64 letters, digits, '.', '_', '@', '-'.
        scope: `read` sees, `operate` changes, `admin` decides who may and which code runs.
        expires: After how long it opens nothing: `90d`, `12h`; empty is never.
    """

    name: str
    scope: Scope = "read"
    expires: str = ""


class TokenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A token as it is listed; times in epoch seconds, 0 is never.

    Attributes:
        epoch: When it was made.
        expires: From when on it opens nothing.
        used: When it was used last.
    """

    name: str
    scope: str
    epoch: int
    expires: int
    used: int


class NewToken(msgspec.Struct, frozen=True, kw_only=True):
    """A new token: `token` is what opens the door."""

    name: str
    scope: str
    token: str


class Leafing(msgspec.Struct, frozen=True, kw_only=True):
    """Which changes to list.

    Attributes:
        before: Only what stands before this entry: an id of one, for the next page.
        who: Only what this token or person did; empty is everybody.
    """

    limit: Limit = 50
    before: str = ""
    who: str = ""


_MONTH = {"name": "monitoring", "scope": "operate", "expires": "30d"}


class Tokens:
    """What opens the door, and who changed what."""

    def __init__(self, rooms: Rooms) -> None:
        self._tokens = rooms.tokens
        self._keyring = rooms.keyring
        self._audit = rooms.audit

    @operation(returns=list[TokenRow])
    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """List the tokens, without what opens the door."""
        used = self._keyring.used()
        resp.media = [
            TokenRow(
                name=one.name,
                scope=one.scope,
                epoch=one.epoch,
                expires=one.expires,
                used=used.get(one.name, 0),
            )
            for one in self._tokens.entries()
        ]

    @operation(returns=NewToken, status=201, errors=(409,), examples={"for a month": _MONTH})
    def on_post(self, req: falcon.Request, resp: falcon.Response, body: Wish) -> None:
        """Make a token; it is told once, here, and nowhere kept."""
        if any(one.name == body.name for one in self._tokens.entries()):
            raise falcon.HTTPConflict(
                description=f"there is a token {body.name}: revoke it, or choose another name"
            )
        token = self._tokens.add(body.name, body.scope, lifetime_s=_lifetime_s(body.expires))
        resp.status = falcon.HTTP_201
        resp.media = NewToken(name=body.name, scope=body.scope, token=token)

    @operation(status=204, errors=(404,))
    def on_delete_one(self, req: falcon.Request, resp: falcon.Response, name: str) -> None:
        """Revoke a token: it opens nothing from now on."""
        with or_not_found():
            self._tokens.remove(name)
        self._keyring.forget(name)
        resp.status = falcon.HTTP_204

    @operation(returns=list[Act])
    def on_get_audit(self, req: falcon.Request, resp: falcon.Response, query: Leafing) -> None:
        """List who changed what, newest first."""
        resp.media = self._audit.newest(query.limit, before=query.before, who=query.who)


def _lifetime_s(expires: str) -> float:
    try:
        return duration.parse_period(expires) if expires else 0
    except InputError as error:
        raise InputError(f"expires: {error}") from error
