"""What the HTTP door proves itself with, and takes as proof: made from the settings."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cockpit.access.jwt import Jwt, Terms
from cockpit.access.keyring import Keyring
from cockpit.access.oauth import Oauth, Provider
from cockpit.access.token import digest
from cockpit.access.tokens import TokenFile
from cockpit.app.home import Home
from cockpit.app.settings import Settings
from cockpit.bus import Pipe
from cockpit.errors import InputError, OpsError
from cockpit.rest.tls import Certificate

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def keyring(home: Home, settings: Settings, pipe: Pipe, *, local: str) -> Keyring:
    """Return what opens the door.

    Args:
        local: The token that the command line of this home reads.

    Raises:
        InputError: The settings of JWTs are not whole, or the key is none.
        OpsError: The key cannot be read.
    """
    tokens = TokenFile(home.secrets / "tokens.json")
    return Keyring(digest(local), tokens, pipe, _jwt(home, settings))


def oauth(home: Home, settings: Settings, pipe: Pipe, *, here: Callable[[], str]) -> Oauth | None:
    """Return the way to the identity provider; None when it is not configured.

    Args:
        here: Gives where the HTTP door is, `127.0.0.1:8080`.

    Raises:
        InputError: The settings are not whole, or would send the secret in clear.
        OpsError: The key cannot be read.
    """
    told = settings.jwt
    needed = ("authorize_url", "token_url", "client_id", "client_secret")
    given = [name for name in needed if getattr(told, name)]
    if not given:
        return None
    for name in ("issuer", *needed):
        if not getattr(told, name):
            raise InputError(f"jwt.{name}: needed, for jwt.{given[0]} is set")
    for name in ("authorize_url", "token_url"):
        _must_be_safe(name, getattr(told, name))
    jwt = _jwt(home, settings)
    if jwt is None:
        return None
    scheme = "https" if settings.http.certificate else "http"
    provider = Provider(
        authorize_url=told.authorize_url,
        token_url=told.token_url,
        client_id=told.client_id,
        client_secret=told.client_secret,
        redirect_url=lambda: told.redirect_url or f"{scheme}://{here()}/oauth/callback",
        scope=told.request_scope or f"user:memberof:{told.organisation}",
    )
    return Oauth(provider, pipe, jwt)


def certificate(
    home: Home, settings: Settings, *, report: Callable[[BaseException], None]
) -> Certificate | None:
    """Return the certificate of the door; None when it speaks HTTP.

    Raises:
        InputError: Only one of the two files is set.
    """
    http = settings.http
    if not (http.certificate or http.key):
        return None
    if not (http.certificate and http.key):
        raise InputError("http.certificate and http.key go together")
    return Certificate(home.path / http.certificate, home.path / http.key, report=report)


def _jwt(home: Home, settings: Settings) -> Jwt | None:
    told = settings.jwt
    if not told.issuer:
        return None
    for name in ("audience", "organisation", "key"):
        if not getattr(told, name):
            raise InputError(f"jwt.{name}: needed, for jwt.issuer is set")
    jwt = Jwt(
        Terms(
            issuer=told.issuer,
            audience=told.audience,
            organisation=told.organisation,
            key=_read(home.path / told.key),
            algorithms=told.algorithms,
            scope=told.scope,
        )
    )
    jwt.check()
    return jwt


def _must_be_safe(name: str, url: str) -> None:
    # SECURITY: codes and the secret go there.
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _THIS_MACHINE:
        raise InputError(f"jwt.{name}: {url}: https, for codes and the secret go there")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OpsError(f"jwt.key: {path}: {error.strerror}") from error
