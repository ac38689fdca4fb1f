"""The settings of a child process: its parent tells them, at its start and when they change.

A child never reads cockpit.toml: a file that somebody broke, or changed beyond what a running
cockpit takes over, must not decide whether a child that died comes back.
"""

import os
from collections.abc import Callable

import gevent
import gevent.os
import msgspec

from cockpit.access.senders import Webhooks
from cockpit.app.door_settings import Jwt
from cockpit.app.settings import Settings

_PIECE_BYTES = 65536


def told(settings: Settings, url: str) -> bytes:
    """Return the line by which a parent tells settings; who may come in stays with the doors.

    Args:
        url: The Redis to use.
    """
    redis = msgspec.structs.replace(settings.redis, url=url)
    kept = msgspec.structs.replace(settings, redis=redis, webhooks=Webhooks(), jwt=Jwt())
    return msgspec.json.encode(kept) + b"\n"


class Terms:
    """What a child hears.

    Args:
        handle: The file descriptor to read lines from; the first one is there already.
    """

    def __init__(self, handle: int) -> None:
        # Programs that actions start have no business with it.
        os.set_inheritable(handle, False)
        self._handle = handle
        self._rest = b""
        self._settings = self._last(os.read(handle, _PIECE_BYTES))

    def settings(self) -> Settings:
        """Return the settings that hold now."""
        return self._settings

    def follow(self, on_change: Callable[[Settings], None]) -> None:
        """Take over what is told, for as long as the parent lives."""
        gevent.os.make_nonblocking(self._handle)
        while piece := gevent.os.nb_read(self._handle, _PIECE_BYTES):
            self._settings = self._last(piece)
            on_change(self._settings)

    def _last(self, piece: bytes) -> Settings:
        *lines, self._rest = (self._rest + piece).split(b"\n")
        return msgspec.json.decode(lines[-1], type=Settings) if lines else self._settings
