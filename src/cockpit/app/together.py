"""Settings that hold only together with others. Pure."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from cockpit.app.door_settings import Http, Jwt
from cockpit.app.settings import Settings

_PROVIDER = ("audience", "organisation", "key")
_LOGIN = ("authorize_url", "token_url", "client_id", "client_secret")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def unsound(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield the key that is set, and what is wrong with it as the others are."""
    yield from _certificate(settings.http)
    yield from _provider(settings.jwt)
    yield from _login(settings.jwt)


def _certificate(http: Http) -> Iterator[tuple[str, str]]:
    for one, other in (("certificate", "key"), ("key", "certificate")):
        if getattr(http, one) and not getattr(http, other):
            yield f"http.{one}", f"needs http.{other} as well"


def _provider(jwt: Jwt) -> Iterator[tuple[str, str]]:
    if jwt.issuer:
        for name in _PROVIDER:
            if not getattr(jwt, name):
                yield "jwt.issuer", f"needs jwt.{name} as well"


def _login(jwt: Jwt) -> Iterator[tuple[str, str]]:
    given = [name for name in _LOGIN if getattr(jwt, name)]
    if not given:
        return
    for name in ("issuer", *_LOGIN):
        if not getattr(jwt, name):
            yield f"jwt.{given[0]}", f"needs jwt.{name} as well"
    for name in ("authorize_url", "token_url"):
        # SECURITY: codes and the secret go there.
        parts = urlsplit(getattr(jwt, name))
        if parts.scheme not in ("", "https") and parts.hostname not in _THIS_MACHINE:
            yield f"jwt.{name}", "expected https, for codes and the secret go there"
