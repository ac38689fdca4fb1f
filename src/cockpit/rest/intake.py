"""The bodies of strangers: whoever signs a body is known only once it is read, whole, into memory.

Theory of operation: all such bodies share one allowance. What goes beyond it is told to come
later; a small body always passes, so that a flood of large ones does not shut out the usual
delivery. Each has a deadline as well, or a few slow senders would hold the allowance for hours.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import falcon
import gevent

from cockpit.rest.budget import Budget

_PIECE_BYTES = 64 * 1024


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes:
        """Read up to `size` bytes; nothing at the end."""


class Intake:
    """What strangers may bring at the same time.

    Args:
        most_bytes: Of all bodies at once.
        free_bytes: Of each body, which count for nothing.
        timeout_s: For a whole body.
    """

    def __init__(
        self,
        *,
        most_bytes: int = 128 * 1024 * 1024,
        free_bytes: int = 64 * 1024,
        timeout_s: float = 60.0,
    ) -> None:
        self._budget = Budget(most_bytes)
        self._free_bytes = free_bytes
        self._timeout_s = timeout_s

    @contextmanager
    def body(self, stream: Stream) -> Iterator[bytes]:
        """Read a body, which counts until the block ends.

        Raises:
            falcon.HTTPError: 503, too much is being brought already; 408, it takes too long.
        """
        pieces: list[bytes] = []
        size = counted = 0
        too_slow = falcon.HTTPError("408 Request Timeout", description="too slow")
        try:
            with gevent.Timeout(self._timeout_s, too_slow):
                while piece := stream.read(_PIECE_BYTES):
                    pieces.append(piece)
                    size += len(piece)
                    more = max(0, size - self._free_bytes) - counted
                    # No OpsError: that is reported, and a stranger could make thousands.
                    self._budget.take(more)
                    counted += more
            yield b"".join(pieces)
        finally:
            self._budget.give_back(counted)
