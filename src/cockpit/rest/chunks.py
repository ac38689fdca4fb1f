"""A body in chunks, from a file of octets. Pure.

It stands in for pywsgi's reader, which takes every octet of a size line and of a trailer by itself
and as many trailers as the peer likes: a fast peer would hold the hub for minutes.

See: RFC 9112 §7.1.
"""

import re
from typing import BinaryIO

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")
_TRAILER = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n]*\r\n")
_LINE_BYTES = 4096
# What sizes and trailers may have beside as many octets as the body itself.
_FREE_BYTES = 64 * 1024


class Chunks:
    """Reads what the chunks carry.

    Attributes:
        is_over: The last chunk was read, and the trailers after it.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = 0
        self._n_read = 0
        self._n_framing = 0
        self.is_over = False

    def read(self, size: int) -> bytes:
        """Read `size` octets, or what there is up to the end.

        Raises:
            ValueError: These are no chunks, they end early, or carry too little for their number.
        """
        pieces = []
        while size > 0 and not self.is_over:
            if not self._left:
                self._begin()
                continue
            piece = self._file.read(min(size, self._left))
            if not piece:
                raise ValueError("it ends early")
            pieces.append(piece)
            size -= len(piece)
            self._left -= len(piece)
            self._n_read += len(piece)
            if not self._left and self._file.read(2) != b"\r\n":
                raise ValueError("a chunk does not end where it should")
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _begin(self) -> None:
        found = _SIZE.fullmatch(self._line())
        if found is None:
            raise ValueError("this is no size of a chunk")
        self._left = int(found[1], 16)
        if self._left:
            return
        while (line := self._line()) != b"\r\n":
            if not _TRAILER.fullmatch(line):
                raise ValueError("this is no trailer")
        self.is_over = True

    def _line(self) -> bytes:
        line = self._file.readline(_LINE_BYTES)
        self._n_framing += len(line)
        if self._n_framing > _FREE_BYTES + self._n_read:
            raise ValueError("its chunks are too small, or its trailers too long")
        return line
