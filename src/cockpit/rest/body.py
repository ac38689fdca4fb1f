# mypy: allow-untyped-calls
# pywsgi has no annotations, and behind super() mypy does not see that the call is into gevent.
"""The body of a request, read with limits on its size and on a peer's slowness.

Theory of operation: pywsgi's own Input reads as long and as much as the peer likes. This one reads
in pieces. Each must come within the time-out, and their sum stays under the limit, whether the
peer told the length or sends chunks. What is read in one go is counted in a budget of all
connections until the request is over; what is read piece by piece is on its way to disk. Whoever
broke a rule is answered and then cut off: where the next request begins can no longer be known, or
would have to be paid for by reading on.
"""

import io
import math
from typing import Any

import falcon
import gevent
from gevent.pywsgi import Input

from cockpit.rest.budget import Budget
from cockpit.rest.chunks import Chunks

PIECE_BYTES = 64 * 1024
# Whoever reads no more at once passes it on, as to the disk.
_PASSED_ON_BYTES = 256 * 1024
# What an unread body may have, so that reading it away is cheaper than a new connection.
_DISCARD_BYTES = 256 * 1024


class Body(Input):
    """`wsgi.input` of one request.

    Args:
        plain: pywsgi's own, not yet read.
        max_bytes: More is 413.
        timeout_s: For each piece of at most 64 KiB.
        budget: What all bodies may hold in memory together.

    Attributes:
        is_broken: The connection cannot be used for another request.
    """

    __slots__ = (
        "_budget",
        "_chunks",
        "_max_bytes",
        "_n_held",
        "_n_read",
        "_timeout_s",
        "is_broken",
    )

    def __init__(self, plain: Input, *, max_bytes: int, timeout_s: float, budget: Budget) -> None:
        super().__init__(plain.rfile, plain.content_length, plain.socket, plain.chunked_input)
        self._max_bytes = max_bytes
        self._timeout_s = timeout_s
        self._budget = budget
        self._chunks = Chunks(plain.rfile)
        self._n_read = 0
        self._n_held = 0
        self.is_broken = False

    @property
    def is_too_long_to_discard(self) -> bool:
        """Whether what the peer still wants to send is not worth reading."""
        if self._is_read:
            return False
        # A peer that waits for "100 Continue" may send its body now, or not: nobody knows.
        return self.socket is not None or (self.content_length or 0) > _DISCARD_BYTES

    def read(self, length: int | None = None) -> bytes:
        """Read up to `length` bytes; all that is left when it is None or negative.

        Raises:
            falcon.HTTPError: 413, 408, 400 when the body ends early or is no chunks, or 503 while
                the bodies of others take all the memory there is for them.
        """
        if self.is_broken or (self.content_length or 0) > self._max_bytes:
            raise self._too_large()
        left: float = math.inf if length is None or length < 0 else length
        is_held = left > _PASSED_ON_BYTES
        # It gives back what it holds without a copy, and large memory returns to the machine.
        found = io.BytesIO()
        while left > 0 and (piece := self._piece(int(min(left, PIECE_BYTES)))):
            if is_held:
                self._hold(len(piece))
            found.write(piece)
            left -= len(piece)
        return found.getvalue()

    def readline(self, size: int | None = None) -> bytes:
        """Refuse: a line has no limit."""
        raise io.UnsupportedOperation(f"readline({size}): this body is read in pieces")

    @property
    def _is_read(self) -> bool:
        if self.chunked_input:
            return self._chunks.is_over
        return self.position >= (self.content_length or 0)

    def _piece(self, size: int) -> bytes:
        if self._is_read:
            return b""
        if self._n_read:
            gevent.sleep(0)  # Reading does not yield while octets are there.
        try:
            with gevent.Timeout(self._timeout_s, TimeoutError):
                piece = self._some(min(size, self._max_bytes + 1 - self._n_read))
        except TimeoutError as error:
            self.is_broken = True
            raise falcon.HTTPError("408 Request Timeout", description="too slow") from error
        except (OSError, ValueError) as error:
            self.is_broken = True
            raise falcon.HTTPBadRequest(
                description="the body ends early, or its chunks are broken"
            ) from error
        self._n_read += len(piece)
        if self._n_read > self._max_bytes:
            raise self._too_large()
        return piece

    def _some(self, size: int) -> bytes:
        if not self.chunked_input:
            return super().read(size)  # type: ignore[no-any-return] # no annotations
        self._send_100_continue()
        return self._chunks.read(size)

    def _hold(self, n_bytes: int) -> None:
        try:
            self._budget.take(n_bytes)
        except falcon.HTTPError:
            self.is_broken = True
            raise
        self._n_held += n_bytes

    def release(self) -> None:
        """Give back what the budget counted: the request is over."""
        self._budget.give_back(self._n_held)
        self._n_held = 0

    def _too_large(self) -> falcon.HTTPError:
        self.is_broken = True
        return falcon.HTTPContentTooLarge(description=f"a body may have {self._max_bytes} bytes")

    def _discard(self) -> Any:
        """Read away what the application left, as pywsgi does before the next request."""
        if self._is_read or self.is_broken:
            return
        if self.is_too_long_to_discard:
            self.is_broken = True
            return
        try:
            self.read(_DISCARD_BYTES)
        except falcon.HTTPError:
            return
        self.is_broken = not self._is_read
