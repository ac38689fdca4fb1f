"""`/oauth`: people get a bearer token at their identity provider."""

import hmac
import time
from typing import Annotated

import falcon
import msgspec
from msgspec import Meta

from cockpit.access.oauth import LIFE_S, RefusedError
from cockpit.access.oauth import Oauth as Way
from cockpit.access.throttle import Throttle
from cockpit.errors import InputError
from cockpit.rest.operation import operation
from cockpit.rest.problem import UnreadableError
from cockpit.rest.rooms import Rooms

_COOKIE = "cockpit_oauth"
_PATH = "/oauth"
_FREE = 20
_FORGET_S = 10.0


class Back(msgspec.Struct, frozen=True, kw_only=True):
    """What the provider sends somebody back with; what else it sends is ignored, as it must be."""

    state: Annotated[str, Meta(description="What we sent it.")]
    code: Annotated[str, Meta(description="What it gives a token for.")] = ""
    error: Annotated[str, Meta(description="Why there is no code.")] = ""


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """A token for the header `Authorization: Bearer TOKEN`."""

    token: str


class Oauth:
    """Logging in at the identity provider of `[jwt]`, for a token."""

    def __init__(self, rooms: Rooms) -> None:
        self._oauth = rooms.oauth
        # Each login is kept for ten minutes: strangers must not fill the memory with them.
        self._throttle = Throttle(burst=_FREE, per_s=_FORGET_S, clock=time.monotonic)

    @operation(
        status=302,
        errors=(404,),
        headers={
            "Location": "The provider.",
            "Set-Cookie": "By which the browser is known again.",
        },
    )
    def on_get_login(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Send somebody to the identity provider; it sends them back to the callback."""
        oauth = self._configured()
        address = req.context.address
        if wait_s := self._throttle.wait_s(address):
            raise falcon.HTTPTooManyRequests(
                description="too many logins from this address", retry_after=wait_s
            )
        self._throttle.failed(address)
        resp.location, state = oauth.begin()
        resp.status = falcon.HTTP_302
        resp.set_header("Cache-Control", "no-store")
        resp.set_cookie(
            _COOKIE,
            state,
            max_age=LIFE_S,
            path=_PATH,
            http_only=True,
            secure=oauth.is_safe,
            same_site="Lax",
        )

    @operation(returns=Granted, errors=(401, 404), is_loose=True)
    def on_get_callback(self, req: falcon.Request, resp: falcon.Response, query: Back) -> None:
        """Take somebody back from the identity provider, and give them its token.

        400 for a state that this browser was not given, was used, or is older than ten minutes;
        401 for who is no member, or whom the provider does not know.
        """
        oauth = self._configured()
        resp.set_header("Cache-Control", "no-store")
        given = req.get_cookie_values(_COOKIE) or []
        # SECURITY: else somebody could be logged in as somebody else, by a link (RFC 9700 §4.7).
        if not any(hmac.compare_digest(one.encode(), query.state.encode()) for one in given):
            raise UnreadableError("state: this browser was not given it: begin at /oauth/login")
        resp.unset_cookie(_COOKIE, path=_PATH)
        try:
            if not query.code:
                oauth.refuse(query.state, query.error)
            resp.media = Granted(token=oauth.finish(query.state, query.code))
        except RefusedError as error:
            raise falcon.HTTPUnauthorized(description=str(error), challenges=["Bearer"]) from error
        except InputError as error:
            raise UnreadableError(str(error)) from error

    def _configured(self) -> Way:
        found = self._oauth()
        if found is None:
            raise falcon.HTTPNotFound(description="no identity provider is configured")
        return found
