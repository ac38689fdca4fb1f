"""Tags of what is shown, and edits that hold only for what their author saw.

Whoever edits says by `If-Match` what they edit: when somebody else was faster, nothing is changed.

See: RFC 9110 §8.8.3, §13.1.1, §13.1.2; §13.2.2 for their order.
"""

import hashlib
from typing import Any

import falcon
import msgspec

SHOWN = {"ETag": "The tag of what is shown: another one once it changed."}
ASKING = {"If-None-Match": "Tags that you have: 304 when one of them still holds."}
EDITING = {
    "If-Match": "The tag of what you edit: 412 when it is another one by now, and nothing is done."
}
WRITING = EDITING | {"If-None-Match": "`*` only creates: 412 when it is there already."}


def tag(shown: Any) -> str:
    """Return the tag of a value as it is shown."""
    return hashlib.sha256(msgspec.json.encode(shown)).hexdigest()[:32]


def show(req: falcon.Request, resp: falcon.Response, shown: Any) -> None:
    """Answer a GET: what is shown and its tag, or 304 when the client has it."""
    resp.etag = now = tag(shown)
    # Weak comparison: a copy that a proxy packed is as good (RFC 9110 §13.1.2).
    if any(one in ("*", now) for one in req.if_none_match or ()):
        resp.status = falcon.HTTP_304
    else:
        resp.media = shown


def must_match(req: falcon.Request, now: Any) -> None:
    """Refuse an edit of what is not as its author saw it.

    Args:
        now: What a GET would show at this moment; None when there is nothing.

    Raises:
        falcon.HTTPPreconditionFailed: It is so; a tag that is none matches nothing.
    """
    there = None if now is None else tag(now)
    if req.get_header("If-Match") is not None and not _matches(req.if_match, there, is_strong=True):
        raise falcon.HTTPPreconditionFailed(
            description="If-Match: it is another one by now; get it again, and edit that"
        )
    if _matches(req.if_none_match, there, is_strong=False):
        raise falcon.HTTPPreconditionFailed(description="If-None-Match: it is there already")


def _matches(given: Any, there: str | None, *, is_strong: bool) -> bool:
    if there is None:
        return False
    return any(
        one == "*" or (one == there and not (is_strong and one.is_weak)) for one in given or ()
    )
