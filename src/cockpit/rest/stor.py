"""Stored files over HTTP: put one, get one by its full path; nothing lists them."""

import functools
import os
from typing import BinaryIO

import falcon
import gevent
import msgspec

from cockpit.errors import OpsError
from cockpit.rest.operation import ANY_BYTES, BINARY, operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.rooms import Rooms
from cockpit.stor import link, parse_path

_PIECE_BYTES = 256 * 1024


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is stored.

    Attributes:
        digest: Its SHA-256, in hex.
        url: Where everybody gets it who knows this link.
    """

    digest: str
    url: str


class Stor:
    """Files: attachments, raw mails, what webhooks delivered."""

    def __init__(self, rooms: Rooms) -> None:
        self._stor = rooms.stor
        self._public_url = rooms.public_url

    @operation(
        takes={"application/octet-stream": ANY_BYTES},
        returns=Stored,
        status=201,
        headers={"Location": "The address of the file."},
    )
    def on_post(self, req: falcon.Request, resp: falcon.Response, space: str) -> None:
        """Store the body as it comes; 201 once it is durable, also when it was there already."""
        pieces = iter(functools.partial(req.stream.read, _PIECE_BYTES), b"")
        digest = self._stor.put(space, pieces)
        url = link(self._public_url(), space, digest)
        resp.status = falcon.HTTP_201
        resp.location = url
        resp.media = Stored(digest=digest, url=url)

    @operation(
        media=BINARY,
        errors=(304, 404),
        sent={"If-None-Match": "Tags that you have."},
        headers={"ETag": "The digest."},
    )
    def on_get_one(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        *,
        space: str,
        ab: str,
        cd: str,
        digest: str,
    ) -> None:
        """Give a file; its name is its content, so a copy that somebody has is good for ever.

        A browser saves it, and shows nothing of it.
        """
        with or_not_found():
            address = parse_path(f"{space}/{ab}/{cd}/{digest}")
            file = self._stor.open(*address)
        pieces = Pieces(file)
        resp.etag = digest
        if _has_it(req, digest):
            resp.status = falcon.HTTP_304
            pieces.close()
            return
        _describe(resp)
        resp.content_length = os.fstat(file.fileno()).st_size
        if req.method == "HEAD":
            pieces.close()
        else:
            resp.stream = pieces


class Pieces:
    """The content of a file, piece by piece, read by the hub's threads: a disk may be slow."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __iter__(self) -> "Pieces":
        return self

    def __next__(self) -> bytes:
        try:
            piece: bytes = gevent.get_hub().threadpool.apply(self._file.read, (_PIECE_BYTES,))
        except OSError as error:
            raise OpsError(f"stor: {self._file.name}: {error.strerror or error}") from error
        if not piece:
            raise StopIteration
        return piece

    def close(self) -> None:
        """Close the file; the server calls it also when the client went away."""
        self._file.close()


def _describe(resp: falcon.Response) -> None:
    # SECURITY: strangers sent these files by mail. A browser must neither guess a type, nor show
    # one in our name, nor run what is in it.
    resp.content_type = "application/octet-stream"
    resp.set_header("Content-Disposition", "attachment")
    resp.set_header("X-Content-Type-Options", "nosniff")
    resp.set_header("Content-Security-Policy", "sandbox; default-src 'none'")


def _has_it(req: falcon.Request, digest: str) -> bool:
    return any(tag in {"*", digest} for tag in req.if_none_match or ())
