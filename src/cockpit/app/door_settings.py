"""The settings of the doors: where they listen, what they take, and whom they let in."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from cockpit.app.forms import (
    LIVE,
    WEB_LINK,
    Address,
    AddressText,
    DurationText,
    NameText,
    NetworkText,
    SizeText,
    parse_address,
    parse_duration,
    parse_size,
)


class Smtp(msgspec.Struct, frozen=True, kw_only=True):
    """The door for mail."""

    listen: Annotated[
        AddressText, Meta(description="Where the SMTP door listens; port 0 takes a free one.")
    ] = "127.0.0.1:2525"
    hostname: Annotated[
        NameText, Meta(description="The name with which the door greets its clients.")
    ] = "localhost"
    max_size: Annotated[
        SizeText, Meta(description="The largest message accepted, announced by SIZE."), LIVE
    ] = "25mb"
    max_connections: Annotated[
        int, Meta(ge=1, le=100_000, description="Connections served at the same time."), LIVE
    ] = 1000
    bare_newline: Annotated[
        Literal["reject", "normalize"],
        Meta(
            description="Lines of a message that end in LF alone: refused, or from this machine "
            "read as if they ended in CRLF (many scripts send so). Never the end of a message."
        ),
        LIVE,
    ] = "normalize"

    @property
    def address(self) -> Address:
        """Where to listen."""
        return parse_address(self.listen)

    @property
    def max_size_bytes(self) -> int:
        """The largest message accepted."""
        return parse_size(self.max_size)


class Http(msgspec.Struct, frozen=True, kw_only=True):
    """The HTTP door: REST, its documentation, webhooks and stor."""

    listen: Annotated[
        AddressText, Meta(description="Where the HTTP door listens; port 0 takes a free one.")
    ] = "127.0.0.1:8080"
    max_body: Annotated[SizeText, Meta(description="The largest request body accepted.")] = "25mb"
    max_connections: Annotated[
        int, Meta(ge=1, le=100_000, description="Connections served at the same time.")
    ] = 1000
    timeout: Annotated[
        DurationText,
        Meta(
            description="How long a client may take for the head of a request, and be silent "
            "before it, and for each piece of a body."
        ),
    ] = "30s"
    trusted_proxies: Annotated[
        tuple[NetworkText, ...],
        Meta(description="Proxies whose Forwarded and X-Forwarded-For headers are believed."),
        LIVE,
    ] = ()
    certificate: Annotated[
        str,
        Meta(
            description="The file of a TLS certificate, PEM, with those that signed it; a relative "
            "one is in the home, and one that changes is read again. Empty speaks plain HTTP."
        ),
    ] = ""
    key: Annotated[str, Meta(description="The file of the certificate's private key, PEM.")] = ""

    @property
    def address(self) -> Address:
        """Where to listen."""
        return parse_address(self.listen)

    @property
    def timeout_s(self) -> float:
        """How long a client may take."""
        return parse_duration(self.timeout)

    @property
    def max_body_bytes(self) -> int:
        """The largest request body accepted."""
        return parse_size(self.max_body)


class Jwt(msgspec.Struct, frozen=True, kw_only=True):
    """JSON Web Tokens of an identity provider, taken beside the tokens of this home."""

    issuer: Annotated[
        str, Meta(description="Who signs them, the claim iss; empty takes none."), LIVE
    ] = ""
    audience: Annotated[str, Meta(description="Whom they are for, the claim aud."), LIVE] = ""
    organisation: Annotated[
        str,
        Meta(
            description="The organisation that a holder must be (the claim globalid), or be a "
            "member of (user:memberof:NAME among the scopes)."
        ),
        LIVE,
    ] = ""
    key: Annotated[
        str,
        Meta(description="The file of the public key, PEM or JWKS; a relative one is in the home."),
        LIVE,
    ] = ""
    algorithms: Annotated[
        tuple[Literal["ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "EdDSA"], ...],
        Meta(min_length=1, description="What they are signed with; nothing else is taken."),
        LIVE,
    ] = ("ES384",)
    scope: Annotated[
        Literal["read", "operate", "admin"], Meta(description="What a holder may do."), LIVE
    ] = "operate"
    authorize_url: Annotated[
        str,
        WEB_LINK,
        Meta(
            description="Where the provider lets people in, OAuth's authorization endpoint; with "
            "it /oauth/login gives them a token. Empty is closed."
        ),
        LIVE,
    ] = ""
    token_url: Annotated[
        str, WEB_LINK, Meta(description="Where the provider gives tokens for codes."), LIVE
    ] = ""
    client_id: Annotated[
        str, Meta(description="What the provider knows this cockpit by."), LIVE
    ] = ""
    client_secret: Annotated[
        str, Meta(description="The secret that goes with it.", extra={"secret": True}), LIVE
    ] = ""
    redirect_url: Annotated[
        str,
        WEB_LINK,
        Meta(
            description="Where the provider sends people back, as registered there; "
            '"" means /oauth/callback where the HTTP door listens.'
        ),
        LIVE,
    ] = ""
    request_scope: Annotated[
        str,
        Meta(description='What is asked of the provider; "" means user:memberof:<organisation>.'),
        LIVE,
    ] = ""
