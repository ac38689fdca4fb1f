"""A POST that is sent again, because nobody heard the answer, is done once: `Idempotency-Key`.

key, who, address → claim in Redis → responder → the answer in its place → the same answer again

Theory of operation: whoever claims the key first does the work; the others hear 409 until the
answer stands in the place of the claim. A claim whose process died is over in a minute. The digest
of the body is taken while the responder reads it, so no body is held for it.

Rule 1: only what was done is kept. A refusal changed nothing: the key is free again after it.
Rule 2: what cannot be undone by waiting (an event) is protected by a mark in its own append.

See: draft-ietf-httpapi-idempotency-key-header-07, "The Idempotency-Key HTTP Header Field".
"""

import hashlib
import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Any

import falcon
import msgspec

from cockpit.access.identity import Identity
from cockpit.bus import Pipe, Script, keys
from cockpit.rest.problem import UnreadableError, UnusableError
from cockpit.rest.scopes import is_change

HEADER = "Idempotency-Key"
PATTERN = "[ -~]{1,255}"
REPLAYED = "Idempotency-Replayed"
DAY_S = 86_400
MAX_ANSWER_BYTES = 64 * 1024

_CLAIM_S = 60
_TOUCH_S = 10.0
_AGAIN_S = "1"
_PIECE_BYTES = 64 * 1024
_REFUSED = 400
_CLAIMED = b"claimed:"
_HEADERS = ("Location", "ETag")
# The first stores by content, and its body may be large: again is the same. SECURITY: the others
# tell a secret, which is kept nowhere.
_NEVER = re.compile(r"/stor/.*|/tokens|/telegram/setup|/people/[^/]+/telegram-link")


def takes_key(method: str, address: str) -> bool:
    """Tell whether a request to an address that needs a token may have a key.

    Args:
        address: As in the table of routes. SECURITY: many paths lead to one.
    """
    return method == "POST" and is_change(method, address) and not _NEVER.fullmatch(address)


class Kept(msgspec.Struct, frozen=True, array_like=True):
    """An answer that is kept.

    Attributes:
        sent: The digest of the request.
        body: None when it was too long.
    """

    sent: str
    status: int
    headers: dict[str, str]
    kind: str
    body: bytes | None


class Once:
    """What one request does under its key.

    Args:
        claim: The key in Redis.
        owner: Unique to this request.
        sent: Its body, which takes the digest.
    """

    def __init__(self, claim: str, owner: bytes, sent: "Sent") -> None:
        self.claim = claim
        self.owner = owner
        self.sent = sent

    @property
    def mark(self) -> str:
        """The mark in the log of an event that this request appends.

        It names what was sent: another event under the same key is never taken for this one.
        """
        return f"{self.claim.partition(':')[2]}:{self.sent.digest()}"


def mark(req: falcon.Request) -> str | None:
    """Return the mark of the event that a request appends; None when it has no key.

    Raises:
        falcon.HTTPError: What is left of the body cannot be read.
    """
    once: Once | None = getattr(req.context, "once", None)
    return once.mark if once else None


class Idempotency:
    """Falcon middleware, behind the one that says who asks, and whether they may."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._keep = Script("cockpit.bus", "keep")
        self._release = Script("cockpit.bus", "release")
        self._renew = Script("cockpit.bus", "lease")

    def process_resource(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        resource: object,
        params: Mapping[str, Any],
    ) -> None:
        """Claim the key of a request, or answer as before.

        Raises:
            UnreadableError: 400, it is no key.
            falcon.HTTPConflict: 409, the first request is not done yet.
            UnusableError: 422, the first request was another one.
        """
        key = req.env.get("HTTP_IDEMPOTENCY_KEY")
        if key is None:
            return
        who: Identity | None = req.context.identity
        if who is None or not takes_key(req.method, req.uri_template or ""):
            return
        if not re.fullmatch(PATTERN, key):
            raise UnreadableError(f"{HEADER}: 1 to 255 printable characters")
        claim, owner = _claim(who, req.path, key), _CLAIMED + secrets.token_hex(8).encode()
        is_ours, known = self._pipe.calls(
            [("SET", claim, owner, "NX", "EX", _CLAIM_S), ("GET", claim)]
        )
        sent = Sent(req.stream, req.query_string, touch=lambda: self._touch(claim, owner))
        if is_ours:
            req.stream = sent
            req.context.once = Once(claim, owner, sent)
        elif known is None or known.startswith(_CLAIMED):
            raise falcon.HTTPConflict(
                description=f"{HEADER}: the first request with this key is not done yet",
                headers={"Retry-After": _AGAIN_S},
            )
        else:
            _answer_again(req, resp, msgspec.msgpack.decode(known, type=Kept), sent)

    def process_response(
        self, req: falcon.Request, resp: falcon.Response, resource: object, req_succeeded: bool
    ) -> None:
        """Keep what was answered, or give up the claim."""
        once: Once | None = getattr(req.context, "once", None)
        if once is None:
            return
        req.context.once = None
        kept = None if resp.status_code >= _REFUSED else _kept(resp, once.sent)
        if kept is None:
            self._pipe.run(self._release, (once.claim,), (once.owner,))
        else:
            raw = msgspec.msgpack.encode(kept)
            self._pipe.run(self._keep, (once.claim,), (once.owner, raw, DAY_S))

    def _touch(self, claim: str, owner: bytes) -> None:
        self._pipe.run(self._renew, (claim,), (owner, _CLAIM_S * 1000))


class Sent:
    """A body that takes its digest while it is read.

    Args:
        stream: What it is read from.
        head: Belongs to what was sent, and stands before it.
        touch: Called now and then while a slow peer sends.
    """

    def __init__(self, stream: Any, head: str, *, touch: Callable[[], None]) -> None:
        self._stream = stream
        self._hash = hashlib.sha256(head.encode("utf-8", "surrogateescape") + b"\0")
        self._touch = touch
        self._touched = time.monotonic()

    def read(self, size: int | None = None) -> bytes:
        """Read up to so many bytes, as the stream does."""
        piece: bytes = self._stream.read(size)
        self._hash.update(piece)
        if (now := time.monotonic()) - self._touched > _TOUCH_S:
            self._touched = now
            self._touch()
        return piece

    def digest(self) -> str:
        """Read what is left, and return the digest of all.

        Raises:
            falcon.HTTPError: It cannot be read.
        """
        while self.read(_PIECE_BYTES):
            pass
        return self._hash.hexdigest()


def _claim(who: Identity, path: str, key: str) -> str:
    name = f"{who.kind}\0{who.name}\0{path}\0{key}"
    return keys.idempotency(hashlib.sha256(name.encode()).hexdigest())


def _kept(resp: falcon.Response, sent: Sent) -> Kept | None:
    try:
        digest = sent.digest()
    except falcon.HTTPError:
        return None  # The peer broke off behind what was wanted.
    body = None if resp.stream else resp.render_body() or b""
    found = {name: resp.get_header(name) for name in _HEADERS}
    return Kept(
        sent=digest,
        status=resp.status_code,
        headers={name: value for name, value in found.items() if value is not None},
        kind=resp.content_type or "",
        body=body if body is not None and len(body) <= MAX_ANSWER_BYTES else None,
    )


def _answer_again(req: falcon.Request, resp: falcon.Response, kept: Kept, sent: Sent) -> None:
    if sent.digest() != kept.sent:
        raise UnusableError(f"{HEADER}: the first request with this key was another one")
    if kept.body is None:
        raise falcon.HTTPConflict(
            description=f"{HEADER}: it was done ({kept.status}), and its answer was too long to be"
            f" kept; look at {kept.headers.get('Location', 'what it made')}"
        )
    req.context.is_repeat = True
    resp.status = falcon.code_to_http_status(kept.status)
    resp.data = kept.body
    if kept.kind:
        resp.content_type = kept.kind
    for name, value in kept.headers.items():
        resp.set_header(name, value)
    resp.set_header(REPLAYED, "true")
    resp.complete = True
