"""Bearer tokens: made at random, kept as a digest, compared in constant time.

No salt and no slow hash: a token is 256 random bits, so nobody can guess one from its digest.
"""

import hashlib
import hmac
import secrets

PREFIX = "ckpt_"
"""Makes a leaked token recognisable, to people and to scanners of repositories."""


def new_token() -> str:
    """Return a new token: the prefix and 32 random bytes in URL-safe base64."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """Return what is stored of a token: 64 hex digits of SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def matches(token: str, stored: str) -> bool:
    """Tell whether the token has this digest; the time taken does not depend on either."""
    return hmac.compare_digest(digest(token).encode(), stored.encode())
