"""Signatures of Standard Webhooks, the same on the way in and on the way out. Pure.

See: Standard Webhooks, "Signature scheme" and "Webhook headers"; RFC 2104 (HMAC).
"""

import base64
import hashlib
import hmac

from cockpit.errors import InputError

_PREFIX = "whsec_"


def key(secret: str) -> bytes:
    """Return the octets of a secret: base64, with or without `whsec_` in front.

    Raises:
        InputError: It is no base64, or empty: everybody knows an empty key.
    """
    try:
        found = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except ValueError as error:  # binascii.Error is one as well.
        raise InputError("the secret is no base64, with or without whsec_ in front") from error
    if not found:
        raise InputError("the secret is empty")
    return found


def sign(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    """Return one signature: `v1,<base64>`.

    Raises:
        InputError: The secret is no base64, or empty.
    """
    signed = hmac.new(key(secret), f"{message_id}.{stamp}.".encode() + body, hashlib.sha256)
    return "v1," + base64.b64encode(signed.digest()).decode()


def headers(secrets: str, message_id: str, epoch: int, body: bytes) -> dict[str, str]:
    """Return the headers of a signed message.

    Args:
        secrets: Several stand with spaces between: each signs, while one replaces the other.
        message_id: Without a dot, which ends it in what is signed.
        epoch: When it is sent, in seconds: of this try, not of what it tells.

    Raises:
        InputError: There is no secret, or one is no base64, or empty.
    """
    several = secrets.split()
    if not several:
        raise InputError("the secret is empty")
    stamp = str(epoch)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(sign(one, message_id, stamp, body) for one in several),
    }
