"""People get a bearer token at their identity provider: OAuth's authorization code, with PKCE.

begin → the provider lets somebody in → back with code and state → code for a token → verified

What a person went away with is kept in Redis, once usable and for ten minutes; that the same
browser came back, its cookie proves.

See: RFC 6749 §4.1, RFC 7636 (PKCE), RFC 9700 §2.1 and §4.7.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

import msgspec
import urllib3

from cockpit.access.identity import Identity
from cockpit.access.jwt import Jwt
from cockpit.bus import Pipe, keys
from cockpit.errors import InputError, OpsError

LIFE_S = 600
_TIMEOUT_S = 10.0
_SHOWN = 80
_MOST_BYTES = 64 * 1024
_PARTS_OF_JWT = 3
_REFUSED = range(400, 500)


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """An identity provider, as this cockpit is registered there.

    Attributes:
        redirect_url: Gives where it sends people back.
        scope: What is asked of it, words separated by spaces.
    """

    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str
    redirect_url: Callable[[], str]
    scope: str


class RefusedError(InputError):
    """Who came back is not let in."""


class Oauth:
    """The way to the provider and back.

    Args:
        pipe: Where states are kept.
        jwt: Verifies what the provider gives.
        pool: What asks it; verifies TLS unless told otherwise.
    """

    def __init__(
        self,
        provider: Provider,
        pipe: Pipe,
        jwt: Jwt,
        *,
        pool: urllib3.PoolManager | None = None,
    ) -> None:
        self._provider = provider
        self._pipe = pipe
        self._jwt = jwt
        self._pool = pool or urllib3.PoolManager(cert_reqs="CERT_REQUIRED", retries=False)

    @property
    def is_safe(self) -> bool:
        """Whether people come back over TLS."""
        return self._provider.redirect_url().startswith("https://")

    def begin(self) -> tuple[str, str]:
        """Return where to send somebody, and the state that their browser must bring back.

        Raises:
            OpsError: Redis is away.
        """
        state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._pipe.call("SET", keys.oauth(_digest(state)), verifier, "EX", LIFE_S)
        asked = {
            "response_type": "code",
            "client_id": self._provider.client_id,
            "redirect_uri": self._provider.redirect_url(),
            "scope": self._provider.scope,
            "state": state,
            "code_challenge": _digest(verifier),
            "code_challenge_method": "S256",
        }
        mark = "&" if "?" in self._provider.authorize_url else "?"
        return f"{self._provider.authorize_url}{mark}{urlencode(asked)}", state

    def refuse(self, state: str, why: str) -> None:
        """Use a state up, for the provider gave no code.

        Raises:
            InputError: As `finish`.
            RefusedError: Always else, with what the provider said.
        """
        self._take(state)
        raise RefusedError(f"the provider says {why[:_SHOWN] or 'nothing'}")

    def finish(self, state: str, code: str) -> str:
        """Return a token for the code that somebody came back with; the state is used up.

        Raises:
            InputError: We gave no such state, or it was used, or is too old.
            RefusedError: The provider refuses the code, or what it gives is not for a member.
            OpsError: The provider cannot be reached or makes no sense, or Redis is away.
        """
        verifier = self._take(state)
        told = self._exchange(code, verifier)
        token = told.get("access_token")
        if not isinstance(token, str):
            raise OpsError("the provider's answer has no access_token")
        if token.count(".") != _PARTS_OF_JWT - 1:
            raise RefusedError(
                "the provider gave an access token that is no JWT, so nobody here can tell whose it"
                " is: have it give JWTs"
            )
        self._identify(token)
        return token

    def _take(self, state: str) -> str:
        found = self._pipe.call("GETDEL", keys.oauth(_digest(state)))
        if not found:
            raise InputError("state: not one of ours, used already, or too old: begin again")
        return str(found.decode())

    def _identify(self, token: str) -> Identity:
        found = self._jwt.identify(token)
        if found is None:
            raise RefusedError("the provider's token is not for a member of this organisation")
        return found

    def _exchange(self, code: str, verifier: str) -> dict[str, Any]:
        """Ask for the token.

        See: RFC 6749 §4.1.3; §2.3.1 for how the client names itself; §5.2 for refusals.
        """
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._provider.redirect_url(),
            "code_verifier": verifier,
        }
        status, octets = self._ask(urlencode(fields))
        try:
            told = msgspec.json.decode(octets, type=dict[str, Any])
        except (msgspec.MsgspecError, ValueError) as error:
            raise OpsError(f"the provider's answer ({status}) is no JSON") from error
        if status in _REFUSED:
            raise RefusedError(f"the provider refuses the code: {str(told.get('error'))[:_SHOWN]}")
        if status != 200:  # noqa: PLR2004 - OK
            raise OpsError(f"the provider answers {status}")
        return told

    def _ask(self, body: str) -> tuple[int, bytes]:
        name, secret = (
            quote_plus(one) for one in (self._provider.client_id, self._provider.client_secret)
        )
        basic = base64.b64encode(f"{name}:{secret}".encode()).decode()
        headers = {
            "Authorization": f"Basic {basic}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        try:
            answer = self._pool.request(
                "POST",
                self._provider.token_url,
                body=body,
                headers=headers,
                timeout=_TIMEOUT_S,
                # SECURITY: the secret goes nowhere but where it was configured to.
                redirect=False,
                preload_content=False,
            )
            try:
                return answer.status, answer.read(_MOST_BYTES)
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise OpsError(f"{self._provider.token_url}: {error}") from error


def _digest(text: str) -> str:
    """Return the SHA-256 as RFC 7636 §4.2 has it; ours are kept so, as tokens are."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
