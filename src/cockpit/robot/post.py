"""A POST as an action sends it, and what its reply means. Pure.

See: Standard Webhooks, "Deliverability and reliability"; RFC 9110 §10.2.3 (Retry-After).
"""

import email.utils
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from cockpit.access import signing
from cockpit.errors import GoneError, InputError, OpsError
from cockpit.robot.destination import Destination, parse

_GONE = 410
_SHOWN = 200
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# Those that say where the message ends and whom it is for, and those that are signed.
_OURS = {"host", "content-length", "transfer-encoding", "connection"} | {
    f"webhook-{name}" for name in ("id", "timestamp", "signature")
}


class Post(msgspec.Struct, frozen=True):
    """A request that is ready to be sent."""

    to: Destination
    headers: dict[str, str]
    body: bytes


class Reply(msgspec.Struct, frozen=True):
    """What came back.

    Attributes:
        to: Who replied: scheme, host and port.
        status: The code: 200 to 299 from `service.post`.
        text: The body, at most its first 64 KiB, as UTF-8.
        headers: By name in lower case.
    """

    to: str
    status: int
    text: str = ""
    headers: dict[str, str] = {}


def write(
    url: str,
    body: Any,
    *,
    post_id: str,
    epoch: int,
    secret: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Post:
    """Return a request.

    Args:
        body: Octets and texts are sent as they are, anything else as JSON.
        post_id: The same in each try.
        epoch: Now, in seconds.
        secret: Signs it as Standard Webhooks; several with spaces between; None signs nothing.
        headers: More of them, or others than the usual ones.

    Raises:
        InputError: The address, the body, a header or the secret is none.
    """
    octets, kind = _octets(body)
    own = {"webhook-id": post_id}
    if secret is not None:
        try:
            own = signing.headers(secret, post_id, epoch, octets)
        except InputError as error:
            raise InputError(f"post: {error}") from error
    given = {name.lower(): value for name, value in _checked(headers or {}).items()}
    usual = {"content-type": kind, "user-agent": "cockpit"}
    return Post(parse(url), usual | given | own, octets)


def judge(reply: Reply, *, now: float) -> Reply:
    """Return a reply that says yes.

    Args:
        now: Epoch seconds.

    Raises:
        GoneError: It says 410: nothing more is wanted there.
        OpsError: It says anything else, and perhaps when to try again. Redirects are not followed.
    """
    if 200 <= reply.status < 300:  # noqa: PLR2004 - RFC 9110 §15.3
        return reply
    told = f"post: {reply.to} replied {reply.status}"
    if reply.status == _GONE:
        raise GoneError(f"{told}: nothing more is wanted there")
    if 300 <= reply.status < 400:  # noqa: PLR2004 - RFC 9110 §15.4
        raise OpsError(f"{told}: redirects are not followed, name the right address")
    shown = "".join(char if char.isprintable() else " " for char in reply.text[: 4 * _SHOWN])
    said = " ".join(shown.split())[:_SHOWN]
    raise OpsError(
        f"{told}: {said}".rstrip(": "), after_s=_wait_s(reply.headers.get("retry-after", ""), now)
    )


def _octets(body: Any) -> tuple[bytes, str]:
    if isinstance(body, bytes | bytearray):
        return bytes(body), "application/octet-stream"
    try:
        if isinstance(body, str):
            return body.encode(), "text/plain; charset=utf-8"
        return msgspec.json.encode(body), "application/json"
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise InputError(f"post: the body cannot be written: {error}") from error


def _checked(headers: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in headers.items():
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise InputError(f"post: {name!r:.80} is no name of a header")
        if name.lower() in _OURS:
            raise InputError(f"post: the header {name} is not yours to say")
        # SECURITY: a line break would begin another header; the value may be a secret.
        if not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise InputError(f"post: the header {name} must be printable ASCII")
    return headers


def _wait_s(said: str, now: float) -> float:
    """Return the seconds that Retry-After means, a number or a date; 0 when it means nothing."""
    if said.isascii() and said.isdecimal():
        return float(said)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return 0.0
