"""JSON Web Tokens of an identity provider, as the cockpit of 2016 took those of itsyou.online.

Who holds one for the organisation (`globalid`), or is a member of it (`user:memberof:<org>` among
the scopes), comes in. The algorithms are configured: what a token says of itself decides nothing.

See: RFC 7519 §4.1, §7.2; RFC 8725 §3.1 (pinned algorithms).
"""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import msgspec

from cockpit.access.identity import Identity, Scope
from cockpit.errors import InputError

_LEEWAY_S = 30
_MOST = 16 * 1024


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Which tokens are taken.

    Attributes:
        key: PEM of a public key, or a JWKS.
        algorithms: Those that the provider signs with.
        organisation: The organisation that a holder must be, or be a member of.
        scope: What a holder may do.
    """

    issuer: str
    audience: str
    organisation: str
    key: bytes
    algorithms: tuple[str, ...]
    scope: Scope


class Jwt:
    """Tokens of one provider.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, terms: Terms, *, clock: Callable[[], float] = time.time) -> None:
        self._terms = terms
        self._clock = clock

    def check(self) -> None:
        """Read the key.

        Raises:
            InputError: It is neither a PEM nor a JWKS, or holds a private or shared key.
        """
        _ = self._key

    def identify(self, token: str) -> Identity | None:
        """Return who holds a token; None for one that is not valid here, whatever is wrong."""
        # PERF: joserfc takes 9 MB, which only who configures it pays.
        from joserfc import jwt  # noqa: PLC0415
        from joserfc.errors import JoseError  # noqa: PLC0415

        if len(token) > _MOST:
            return None
        try:
            claims = jwt.decode(token, self._key, algorithms=self._terms.algorithms).claims
            jwt.JWTClaimsRegistry(
                now=lambda: int(self._clock()),
                leeway=_LEEWAY_S,
                iss={"essential": True, "value": self._terms.issuer},
                aud={"essential": True, "value": self._terms.audience},
                exp={"essential": True},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, RecursionError):
            return None
        return self._holder(claims)

    def _holder(self, claims: Mapping[str, Any]) -> Identity | None:
        organisation = self._terms.organisation
        if claims.get("globalid") == organisation:
            return Identity(organisation, self._terms.scope, "jwt")
        if f"user:memberof:{organisation}" not in _scopes(claims.get("scope")):
            return None
        name = claims.get("username") or claims.get("sub") or "somebody"
        return Identity(str(name)[:80], self._terms.scope, "jwt")

    @cached_property
    def _key(self) -> Any:
        from joserfc.errors import JoseError  # noqa: PLC0415 - see identify
        from joserfc.jwk import KeySet, import_key  # noqa: PLC0415

        raw = self._terms.key.strip()
        try:
            if not raw.startswith(b"{"):
                is_curve = self._terms.algorithms[0].startswith("ES")
                return _public(import_key(raw, "EC") if is_curve else import_key(raw, "RSA"))
            return KeySet([_public(import_key(one)) for one in _listed(raw)])
        except (JoseError, ValueError, TypeError, msgspec.MsgspecError) as error:
            why = f"neither the PEM of a public key nor a JWKS: {error}"
            raise InputError(f"jwt.key: {why}") from error


def _listed(raw: bytes) -> list[dict[str, Any]]:
    told = msgspec.json.decode(raw, type=dict[str, Any])
    keys = msgspec.convert(told.get("keys", [told]), list[dict[str, Any]])
    # SECURITY: as is_private below; asked before the library warns of it.
    if any(one.get("kty") == "oct" for one in keys):
        raise ValueError("a public key is asked for, not a shared one")
    return keys


def _public(key: Any) -> Any:
    # SECURITY: who holds a private key could make tokens; it has no business here.
    if key.is_private:
        raise ValueError("a public key is asked for, not a private one")
    return key


def _scopes(given: Any) -> list[str]:
    if isinstance(given, str):
        return given.replace(",", " ").split()
    return [str(one) for one in given] if isinstance(given, list) else []
