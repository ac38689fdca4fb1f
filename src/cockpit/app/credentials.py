"""What the HTTP door proves itself with, and whom it believes: made from the settings."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from cockpit.access.jwt import Jwt, Terms
from cockpit.access.oauth import Oauth, Provider
from cockpit.app.home import Home
from cockpit.app.settings import Settings
from cockpit.bus import Pipe
from cockpit.errors import OpsError
from cockpit.rest.forwarded import Network, networks
from cockpit.rest.tls import Certificate


class Believed(msgspec.Struct, frozen=True):
    """Whose JWTs are taken, where people get one, and which proxies are believed."""

    jwt: Jwt | None
    oauth: Oauth | None
    trusted: tuple[Network, ...]


class Credentials:
    """The certificate, and who is believed now.

    Attributes:
        certificate: Of the door; None when it speaks HTTP.

    Args:
        here: Gives where the HTTP door is, `127.0.0.1:8080`.
        report: Told when files of the certificate that changed cannot be used.

    Raises:
        InputError: The key of JWTs is none.
        OpsError: It cannot be read.
    """

    def __init__(
        self,
        home: Home,
        settings: Settings,
        pipe: Pipe,
        *,
        here: Callable[[], str],
        report: Callable[[BaseException], None],
    ) -> None:
        self._home = home
        self._pipe = pipe
        self._here = here
        http = settings.http
        files = (home.path / http.certificate, home.path / http.key)
        is_secret = bool(http.certificate or http.key)
        self.certificate = Certificate(*files, report=report) if is_secret else None
        self._believed = self._of(settings)

    @property
    def url(self) -> str:
        """Where the HTTP door is, `http://127.0.0.1:8080`."""
        return f"{'https' if self.certificate else 'http'}://{self._here()}"

    def jwt(self) -> Jwt | None:
        """Return what takes JWTs now; None takes none."""
        return self._believed.jwt

    def oauth(self) -> Oauth | None:
        """Return the way to the identity provider now; None when there is none."""
        return self._believed.oauth

    def trusted(self) -> tuple[Network, ...]:
        """Return the networks of the proxies that are believed now."""
        return self._believed.trusted

    def prepare(self, settings: Settings) -> Callable[[], None]:
        """Read what settings say now and what files hold now; call the result to take it over.

        Raises:
            InputError: A file holds no key, or no certificate and its key.
            OpsError: One cannot be read.
        """
        believed = self._of(settings)
        if self.certificate:
            self.certificate.load()

        def take() -> None:
            self._believed = believed

        return take

    def _of(self, settings: Settings) -> Believed:
        jwt = self._jwt(settings)
        oauth = self._oauth(settings, jwt) if jwt and settings.jwt.authorize_url else None
        return Believed(jwt, oauth, networks(settings.http.trusted_proxies))

    def _jwt(self, settings: Settings) -> Jwt | None:
        told = settings.jwt
        if not told.issuer:
            return None
        jwt = Jwt(
            Terms(
                issuer=told.issuer,
                audience=told.audience,
                organisation=told.organisation,
                key=_read(self._home.path / told.key),
                algorithms=told.algorithms,
                scope=told.scope,
            )
        )
        jwt.check()
        return jwt

    def _oauth(self, settings: Settings, jwt: Jwt) -> Oauth:
        told = settings.jwt
        provider = Provider(
            authorize_url=told.authorize_url,
            token_url=told.token_url,
            client_id=told.client_id,
            client_secret=told.client_secret,
            redirect_url=lambda: told.redirect_url or f"{self.url}/oauth/callback",
            scope=told.request_scope or f"user:memberof:{told.organisation}",
        )
        return Oauth(provider, self._pipe, jwt)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OpsError(f"jwt.key: {path}: {error.strerror}") from error
