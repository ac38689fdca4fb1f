"""The parts of a form, one after the other, as they come from the peer.

See: RFC 7578; RFC 2046 §5.1.
"""

import functools
import sys
from collections.abc import Iterator
from typing import Any

import falcon
from falcon.media import MultipartFormHandler
from falcon.util import BufferedReader

from cockpit.rest.problem import UnreadableError

FORM = "multipart/form-data"
MAX_PARTS = 64
_PIECE_BYTES = 256 * 1024


class Part:
    """One part; what is not read of it is skipped when the next one is asked for.

    Attributes:
        name: Never empty.
        filename: None when it is no file; empty when no file was chosen.
        kind: Media type in small letters, without parameters; `text/plain` when it does not say.

    Raises:
        UnreadableError: Its head is broken, or it has no name.
    """

    def __init__(self, part: Any) -> None:
        try:
            name, self.filename, kind = part.name, part.filename, part.content_type
        except ValueError as error:
            raise UnreadableError(f"the head of a part is not UTF-8: {error}") from error
        if not name:
            raise UnreadableError("a part has no name: Content-Disposition: form-data; name=…")
        self.name: str = name
        self.kind: str = kind.partition(";")[0].strip().lower()
        self._stream = part.stream

    def octets(self, max_bytes: int) -> bytes:
        """Read it whole.

        Raises:
            falcon.HTTPError: 413, it has more bytes.
        """
        octets: bytes = self._stream.read(max_bytes + 1)
        if len(octets) > max_bytes:
            raise falcon.HTTPContentTooLarge(
                description=f"{self.name:.80}: more than {max_bytes} bytes; only a file may have"
                " more"
            )
        return octets

    def pieces(self) -> Iterator[bytes]:
        """Read it piece by piece."""
        return iter(functools.partial(self._stream.read, _PIECE_BYTES), b"")


def parts(req: falcon.Request) -> Iterator[Part]:
    """Yield the parts of a form, one after the other.

    Raises:
        falcon.HTTPError: 400, there is no boundary; 413, there are too many parts.
        UnreadableError: What comes is no form, or it ends early.
    """
    handler = MultipartFormHandler()
    handler.parse_options.max_body_part_count = MAX_PARTS + 1
    length = sys.maxsize if req.content_length is None else req.content_length
    stream = BufferedReader(req.stream.read, length)
    try:
        # First of all it says whether there is a boundary.
        form = handler.deserialize(stream, req.content_type, length)
        _must_begin(stream, req.content_type or "")
        for number, part in enumerate(form):
            if number == MAX_PARTS:
                raise falcon.HTTPContentTooLarge(description=f"a form may have {MAX_PARTS} parts")
            yield Part(part)
    except falcon.MultipartParseError as error:
        raise UnreadableError(f"the form is broken: {error.description}") from error


def _must_begin(stream: Any, content_type: str) -> None:
    """Refuse what stands before the first part: it may be a form with another boundary."""
    if stream.peek(2) == b"\r\n":
        stream.read(2)
    line = b"--" + falcon.parse_header(content_type)[1]["boundary"].rstrip().encode()
    if stream.peek(len(line)) != line:
        raise UnreadableError("the form does not begin with the boundary of its Content-Type")
