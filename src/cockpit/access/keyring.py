"""What opens the REST door: the token of the command line, those of people and programs, JWTs."""

from cockpit.access.identity import Identity
from cockpit.access.jwt import Jwt
from cockpit.access.token import matches
from cockpit.access.tokens import TokenFile

_LOCAL = Identity("local", "admin", "local")


class Keyring:
    """Who holds a token.

    Args:
        local: Digest of the token that the command line of this home reads.
        jwt: None takes no JWT.
    """

    def __init__(self, local: str, tokens: TokenFile, jwt: Jwt | None = None) -> None:
        self._local = local
        self._tokens = tokens
        self._jwt = jwt

    def identify(self, token: str) -> Identity | None:
        """Return who holds a token, None when it is not valid.

        Raises:
            InputError: The file of tokens is damaged.
            OpsError: It cannot be read.
        """
        if matches(token, self._local):
            return _LOCAL
        if self._jwt is not None and token.count(".") == 2:  # noqa: PLR2004 - a JWT has three parts
            return self._jwt.identify(token)
        entry = self._tokens.verify(token)
        return Identity(entry.name, entry.scope) if entry else None
