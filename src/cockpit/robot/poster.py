# mypy: allow-untyped-calls
"""Sends a POST: look up → addresses that may be reached → connect to one of them → reply.

SECURITY: the name is looked up once and the connection made to an address that was judged: a name
that means another address a moment later leads nowhere. No proxy of the environment is asked, and
no redirect followed.
"""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Callable, Sequence
from functools import cached_property

import gevent

from cockpit.errors import InputError, OpsError
from cockpit.robot.destination import Destination
from cockpit.robot.post import Post, Reply
from cockpit.robot.public_address import Network, refusal

TEXT_BYTES = 64 * 1024
_HEADER_CHARS = 16 * 1024
_CONNECT_S = 10.0


def look_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host, the best first; other greenlets run meanwhile.

    Raises:
        OSError: Nobody knows the name.
    """
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


class Poster:
    """Sends requests to public addresses.

    Args:
        allowed: Networks that are not public, and may be reached.
        look_up: Returns the addresses of a host.
        trust: Returns which certificates are believed; those of the system by default.
    """

    def __init__(
        self,
        allowed: Sequence[Network] = (),
        *,
        look_up: Callable[[str, int], list[str]] = look_up,
        trust: Callable[[], ssl.SSLContext] = ssl.create_default_context,
    ) -> None:
        self._allowed = allowed
        self._look_up = look_up
        self._trust = trust

    def send(self, post: Post, *, timeout_s: float) -> Reply:
        """Send a request once and return the reply, whatever it says.

        Args:
            timeout_s: For all of it, from the look-up to the last octet of the reply.

        Raises:
            InputError: No address of the host may be reached.
            OpsError: The host is not known or cannot be reached, breaks off, or takes longer.
        """
        reply: Reply | None = None
        try:
            with gevent.Timeout(timeout_s, False):
                reply = self._send(post)
        except (OSError, http.client.HTTPException) as error:
            raise OpsError(f"post: {post.to.origin}: {error or type(error).__name__}") from error
        if reply is None:
            raise OpsError(f"post: {post.to.origin} took longer than {timeout_s:g} s")
        return reply

    def _send(self, post: Post) -> Reply:
        with contextlib.closing(self._connect(post.to)) as raw:
            line = http.client.HTTPConnection(post.to.host, post.to.port)
            # It would look the name up and connect by itself.
            line.auto_open = 0
            line.sock = raw
            if post.to.is_tls:
                line.sock = self._tls.wrap_socket(raw, server_hostname=post.to.host)
            with contextlib.closing(line):
                headers = {"Host": post.to.authority, "Connection": "close"} | post.headers
                line.request("POST", post.to.target, body=post.body, headers=headers)
                with line.getresponse() as response:
                    text = response.read(TEXT_BYTES).decode("utf-8", "replace")
                    return Reply(post.to.origin, response.status, text, _headers(response))

    def _connect(self, to: Destination) -> socket.socket:
        try:
            addresses = self._look_up(to.host, to.port)
        except UnicodeError as error:
            raise InputError(f"post: {to.origin}: this is no name of a host") from error
        refused = [refusal(one, self._allowed) for one in addresses]
        public = [one for one, why in zip(addresses, refused, strict=True) if not why]
        if not public:
            raise InputError(
                f"post: {to.origin}: {'; '.join(refused)}; what is not public is reached only"
                " where robot.post_private allows it"
            )
        return _first(public, to.port)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # PERF: reading the system's certificates takes 20 ms.
        return self._trust()


def _first(addresses: Sequence[str], port: int) -> socket.socket:
    """Connect to the first address that takes the connection."""
    trouble = OSError("it has no address")
    for address in addresses:
        try:
            found = socket.create_connection((address, port), timeout=_CONNECT_S)
        except OSError as error:
            trouble = error
        else:
            # From here on the time for all of it counts.
            found.settimeout(None)
            return found
    raise trouble


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    """Return the headers by name in lower case, as many as fit."""
    found: dict[str, str] = {}
    room = _HEADER_CHARS
    for name, value in response.getheaders():
        room -= len(name) + len(value)
        if room < 0:
            break
        key = name.lower()
        found[key] = f"{found[key]}, {value}" if key in found else value
    return found
