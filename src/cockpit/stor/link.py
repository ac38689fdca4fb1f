"""Addresses of stored objects: `<space>/ab/cd/<digest>`, pure."""

import re
from typing import NewType

from cockpit.errors import InputError

Digest = NewType("Digest", str)
"""SHA-256 of the content, 64 lower-case hexadecimal digits."""

_OURS = ("tmp", "journal")
_SPACE = re.compile(r"[a-z0-9-]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def relative_path(space: str, digest: str) -> str:
    """Return `<space>/ab/cd/<digest>`, never anything that leaves the root.

    Raises:
        InputError: The space is not of `[a-z0-9-]`, or the digest is none.

    See: the specification's e-mail example, `…/myspacename/aa/bb/aabbccddeeffgghh`.
    """
    if _SPACE.fullmatch(space) is None or space in _OURS:
        raise InputError(
            f"space: {space!r:.80} is no name of a space (a-z, 0-9 and -; not tmp, not journal)"
        )
    if _DIGEST.fullmatch(digest) is None:
        raise InputError(f"digest: {digest!r:.80} is no SHA-256 (64 of 0-9 and a-f)")
    return f"{space}/{digest[:2]}/{digest[2:4]}/{digest}"


def link(public_url: str, space: str, digest: str) -> str:
    """Return the address of an object under `stor.public_url`, as attachments carry it.

    Raises:
        InputError: As `relative_path`.
    """
    return f"{public_url.rstrip('/')}/{relative_path(space, digest)}"


def parse_path(path: str) -> tuple[str, Digest]:
    """Split `<space>/ab/cd/<digest>` into space and digest; nothing shorter will do.

    Raises:
        InputError: It is not the full path of an object.
    """
    space, _, rest = path.partition("/")
    digest = rest.rpartition("/")[2]
    if path != relative_path(space, digest):
        raise InputError(f"path: {path!r:.160} is not <space>/ab/cd/<digest>")
    return space, Digest(digest)
