"""Files of any size for actions, `service.stor`: what came with mails, and what an action keeps."""

from pathlib import Path

import gevent

from cockpit.errors import InputError
from cockpit.stor import Stor, parse_path
from cockpit.stor import link as link_to

_PARTS = 4
_PLACED_S = 2.0
_LOOK_S = 0.05


class Shelf:
    """The store as one service sees it.

    Args:
        space: Where `put` puts.
    """

    def __init__(self, stor: Stor, space: str) -> None:
        self._stor = stor
        self._space = space

    def put(self, data: bytes | str) -> str:
        """Store something and return its address, `<space>/ab/cd/<digest>`; text as UTF-8.

        Raises:
            OpsError: The disk is full, read-only or broken.
        """
        data = data.encode() if isinstance(data, str) else data
        return link_to("", self._space, self._stor.put(self._space, data)).lstrip("/")

    def get(self, link: str) -> bytes:
        """Return what is at an address, or behind a link as attachments have it.

        Raises:
            InputError: There is no such object, or it is no address of one.
            OpsError: The disk is broken.
        """
        return self.path(link).read_bytes()

    def path(self, link: str) -> Path:
        """Return the file at an address or behind a link, to be read and not written.

        Raises:
            InputError: As `get`.
        """
        try:
            space, digest = parse_path("/".join(link.split("/")[-_PARTS:]))
        except InputError as error:
            raise InputError(f"stor: {link!r:.200} is no address of this store") from error
        # Another process may have stored it a moment ago: durable, and not in its place yet.
        with gevent.Timeout(_PLACED_S, False):
            while not self._stor.exists(space, digest):
                gevent.sleep(_LOOK_S)
        if not self._stor.exists(space, digest):
            raise InputError(f"stor: there is nothing at {link:.200}")
        return self._stor.path(space, digest)
