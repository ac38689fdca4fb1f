"""What opens the HTTP door: the token of the command line, those of people and programs, JWTs."""

import time
from collections.abc import Callable

from cockpit.access.identity import Identity
from cockpit.access.jwt import Jwt
from cockpit.access.token import matches
from cockpit.access.tokens import TokenFile
from cockpit.bus import Pipe, keys

_MINUTE_S = 60
_LOCAL = Identity("local", "admin", "local")


class Keyring:
    """Who holds a token.

    Args:
        local: Digest of the token that the command line of this home reads.
        pipe: Where it stands when a token was used last, to the minute.
        jwt: Gives what takes JWTs; None takes none.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        local: str,
        tokens: TokenFile,
        pipe: Pipe,
        jwt: Callable[[], Jwt | None] = lambda: None,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._local = local
        self._tokens = tokens
        self._pipe = pipe
        self._jwt = jwt
        self._clock = clock
        self._noted: dict[str, float] = {}

    def identify(self, token: str) -> Identity | None:
        """Return who holds a token, None when it is not valid.

        Raises:
            InputError: The file of tokens is damaged.
            OpsError: It cannot be read.
        """
        if matches(token, self._local):
            return _LOCAL
        jwt = self._jwt()
        if jwt is not None and token.count(".") == 2:  # noqa: PLR2004 - a JWT has three parts
            return jwt.identify(token)
        entry = self._tokens.verify(token)
        if entry is None:
            return None
        self._note(entry.name)
        return Identity(entry.name, entry.scope)

    def used(self) -> dict[str, int]:
        """Return when each token was used last, in epoch seconds.

        Raises:
            OpsError: Redis is away.
        """
        flat = [raw.decode() for raw in self._pipe.call("HGETALL", keys.TOKENS)]
        return {name: int(epoch) for name, epoch in zip(flat[::2], flat[1::2], strict=True)}

    def forget(self, name: str) -> None:
        """Forget when a token that is no more was used."""
        self._noted.pop(name, None)
        self._pipe.call("HDEL", keys.TOKENS, name)

    def _note(self, name: str) -> None:
        now = self._clock()
        if now - self._noted.get(name, 0) >= _MINUTE_S:
            self._noted[name] = now
            # Not waited for: whether it is known to the minute decides nothing.
            self._pipe.begin("HSET", keys.TOKENS, name, int(now))
