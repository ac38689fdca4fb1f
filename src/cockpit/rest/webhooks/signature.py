"""How a sender proves itself: shared secrets, compared in constant time.

See: RFC 2104 (HMAC); Standard Webhooks, "Signature scheme"; RFC 7617 (Basic).
"""

import base64
import binascii
import hashlib
import hmac
import itertools
from collections.abc import Iterable

from cockpit.access.signing import sign
from cockpit.rest.webhooks.delivery import Delivery, UnverifiedError

TOLERANCE_S = 300


def is_same(given: str, expected: str) -> bool:
    """Tell whether two texts are the same; the time taken does not depend on where they differ.

    SECURITY: nothing is the same as an empty secret, which is one that nobody configured.
    """
    return bool(expected) and hmac.compare_digest(
        given.encode("utf-8", "replace"), expected.encode()
    )


def any_same(given: Iterable[str], expected: Iterable[str]) -> bool:
    """Tell whether one of some texts is one of others; all are compared, however early one fits."""
    return sum(is_same(one, other) for one, other in itertools.product(given, expected)) > 0


def hex_hmac(secret: str, *parts: bytes) -> str:
    """Return the HMAC-SHA256 of the parts, one after the other, in hex."""
    return hmac.new(secret.encode(), b"".join(parts), hashlib.sha256).hexdigest()


def need_secret(delivery: Delivery, secret: str) -> None:
    """Let in who says the secret as a bearer token, or as the password of Basic.

    Raises:
        UnverifiedError: It is missing or another one.
    """
    scheme, _, rest = delivery.header("authorization").partition(" ")
    given = rest.strip()
    if scheme.lower() == "basic":
        given = _password(given)
    elif scheme.lower() != "bearer":
        raise UnverifiedError("say Authorization: Bearer SECRET, or Basic with the secret")
    if not is_same(given, secret):
        raise UnverifiedError("Authorization: this is not the secret of this source")


def need_fresh(stamp: str, now: float) -> None:
    """Refuse what was signed long ago, or will be.

    Raises:
        UnverifiedError: The time is no number, or more than 5 minutes away.
    """
    if not (stamp.isascii() and stamp.isdigit()) or abs(now - int(stamp)) > TOLERANCE_S:
        raise UnverifiedError(f"signed at {stamp!r:.40}: more than {TOLERANCE_S} s from now")


def need_signed(delivery: Delivery, secret: str) -> None:
    """Let in what Standard Webhooks signed with this secret; one of several signatures is enough.

    Raises:
        UnverifiedError: A header is missing, the time is too far away, no signature fits.
        InputError: The secret is no base64, or empty.
    """
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    message_id, stamp, given = (delivery.header(name) for name in names)
    if not (message_id and stamp and given):
        raise UnverifiedError(f"expected the headers {', '.join(names)}")
    need_fresh(stamp, delivery.epoch)
    expected = sign(secret, message_id, stamp, delivery.body)
    if not any_same(given.split(), [expected]):
        raise UnverifiedError("webhook-signature: none is of this body and our secret")


def _password(given: str) -> str:
    try:
        pair = base64.b64decode(given, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""
    return pair.partition(":")[2]
