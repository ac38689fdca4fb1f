"""`j.data.idgenerator`: ids and passwords, all from the system's own source of chance."""

import secrets
import string
import uuid

__all__ = [
    "generateCapnpID",
    "generateGUID",
    "generatePasswd",
    "generateRandomInt",
    "generateXCharID",
]

_ID_LETTERS = string.digits + string.ascii_lowercase
# No quotes, blanks or signs that a shell or an HRD would read.
_PASSWORD_LETTERS = string.ascii_letters + string.digits


def generateGUID() -> str:
    """Return a random UUID as text."""
    return str(uuid.uuid4())


def generateRandomInt(fromInt: int, toInt: int) -> int:
    """Return a number from `fromInt` to `toInt`, both included."""
    return fromInt + secrets.randbelow(toInt - fromInt + 1)


def generateXCharID(x: int) -> str:
    """Return `x` random digits and small letters."""
    return _draw(x, _ID_LETTERS)


def generatePasswd(x: int, al: str = _PASSWORD_LETTERS) -> str:
    """Return `x` random characters out of `al`."""
    return _draw(x, al)


def generateCapnpID() -> str:
    """Return a random id of a Cap'n Proto schema: 64 bits, the highest set, as hexadecimal."""
    return hex(secrets.randbits(64) | 1 << 63)


def _draw(n_characters: int, letters: str) -> str:
    return "".join(secrets.choice(letters) for _ in range(n_characters))
