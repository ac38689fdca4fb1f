"""A body that was compressed for the way: unpacked piece by piece, up to a limit. Pure.

See: RFC 9110 §8.4.1 (gzip, deflate); RFC 7932 (br).
"""

import zlib
from collections.abc import Callable

from cockpit.errors import InputError

_PIECE_BYTES = 64 * 1024


class TooLongError(ValueError):
    """What was packed is longer than the limit."""


def unpack(body: bytes, coding: str, *, limit_bytes: int) -> bytes:
    """Return a body without its Content-Encoding.

    Raises:
        InputError: Nobody knows this coding, or the body is not of it.
        TooLongError: More than the limit would come out: nothing of it is kept.
    """
    words = [word.strip().lower() for word in coding.split(",")]
    codings = [word for word in words if word not in {"", "identity"}]
    if len(codings) > 1:
        raise InputError(f"Content-Encoding: {coding!r:.80}: one coding is enough")
    for word in codings:
        if word not in _UNPACKERS:
            known = ", ".join(_UNPACKERS)
            raise InputError(f"Content-Encoding: {word!r:.80} is none of {known}")
        try:
            body = _UNPACKERS[word](body, limit_bytes)
        except TooLongError:
            raise
        except Exception as error:
            raise InputError(f"the body is not {word}, though Content-Encoding says so") from error
    return body


def _zlib(wbits: int) -> Callable[[bytes, int], bytes]:
    def unpacked(body: bytes, limit_bytes: int) -> bytes:
        unpacker = zlib.decompressobj(wbits)
        found = unpacker.decompress(body, limit_bytes + 1)
        if len(found) > limit_bytes:
            raise _too_long(limit_bytes)
        if not unpacker.eof:
            raise ValueError("it ends early")
        return found

    return unpacked


def _deflate(body: bytes, limit_bytes: int) -> bytes:
    """Unpack with the head of zlib, or without it, as some clients send."""
    try:
        return _zlib(zlib.MAX_WBITS)(body, limit_bytes)
    except zlib.error:
        return _zlib(-zlib.MAX_WBITS)(body, limit_bytes)


def _brotli(body: bytes, limit_bytes: int) -> bytes:
    import brotli  # noqa: PLC0415 - only who sends it pays

    unpacker, found, size = brotli.Decompressor(), [], 0
    piece = unpacker.process(body, output_buffer_limit=_PIECE_BYTES)
    while True:
        found.append(piece)
        size += len(piece)
        if size > limit_bytes:
            raise _too_long(limit_bytes)
        if unpacker.is_finished():
            return b"".join(found)
        if unpacker.can_accept_more_data():
            raise ValueError("it ends early")
        piece = unpacker.process(b"", output_buffer_limit=_PIECE_BYTES)


def _too_long(limit_bytes: int) -> TooLongError:
    return TooLongError(f"an unpacked body may have {limit_bytes} bytes")


_UNPACKERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _zlib(zlib.MAX_WBITS | 16),
    "x-gzip": _zlib(zlib.MAX_WBITS | 16),
    "deflate": _deflate,
    "br": _brotli,
}
