"""Who may ask what: everything needs a bearer token but what one table opens.

It looks at the address before there is a route, so an address that is not there tells a stranger
nothing, and a route that somebody adds is closed until the table says otherwise.
"""

import re
from collections.abc import Callable

import falcon

from cockpit.errors import InputError, OpsError

OPEN: tuple[tuple[tuple[str, ...], str], ...] = (
    (("GET", "HEAD"), r"/health/live"),
    # Each sender proves itself by a secret of its own; a source without one is closed.
    (("POST", "PUT", "OPTIONS"), r"/webhooks/[a-z]+"),
    (("POST", "OPTIONS"), r"/api/\d{1,20}/(envelope|store)/?"),
    (("POST",), r"/api/v2/alerts"),
    # Links in mails open in a browser, which has no token; the hash is what nobody can guess.
    (("GET", "HEAD"), r"/stor/mail/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}"),
)
"""What answers without a token: methods, and a pattern of the whole path."""


def is_open(method: str, path: str) -> bool:
    """Tell whether a request needs no token."""
    return any(method in methods and re.fullmatch(pattern, path) for methods, pattern in OPEN)


class Guard:
    """Falcon middleware that lets a request in, or not.

    Args:
        is_allowed: Tells whether a token is valid; when it raises, nobody comes in.
        report: Told when tokens cannot be checked.
    """

    def __init__(
        self, is_allowed: Callable[[str], bool], *, report: Callable[[BaseException], None]
    ) -> None:
        self._is_allowed = is_allowed
        self._report = report

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:  # noqa: ARG002 - Falcon's signature
        """Refuse a request without a valid token.

        See: RFC 6750 §2.1 and §3.
        """
        if is_open(req.method, req.path):
            return
        scheme, _, token = (req.auth or "").partition(" ")
        if scheme.lower() != "bearer" or not self._knows(token.strip()):
            raise falcon.HTTPUnauthorized(
                description="say Authorization: Bearer TOKEN, with a valid token",
                challenges=['Bearer realm="cockpit"'],
            )

    def _knows(self, token: str) -> bool:
        try:
            return bool(token) and self._is_allowed(token)
        except (InputError, OpsError) as error:
            # SECURITY: the reason names files of this machine; the stranger hears none of it.
            self._report(OpsError(str(error)))
            raise falcon.HTTPServiceUnavailable(
                description="tokens cannot be checked now, try again later", retry_after=5
            ) from error
