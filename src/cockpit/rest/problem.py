"""How errors look: `application/problem+json`, the same shape whoever found the error.

See: RFC 9457 §3; `type` is about:blank, so `title` is the status in words.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import falcon
import msgspec

from cockpit.errors import InputError, OpsError
from cockpit.rest.guard import is_open

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

_DEFAULTS = {
    404: "there is nothing at this address",
    405: "this address does not take this method",
}


def problem(status: str, detail: str) -> bytes:
    """Return the body of an error.

    Args:
        status: The HTTP status, code and words: `404 Not Found`.
        detail: What, which one, what to do.
    """
    code, _, title = status.partition(" ")
    return msgspec.json.encode(
        {"type": "about:blank", "title": title, "status": int(code), "detail": detail}
    )


@contextmanager
def or_not_found() -> Iterator[None]:
    """Wrap a look-up by an address: what it refuses is not there.

    Raises:
        falcon.HTTPNotFound: Instead of InputError.
    """
    try:
        yield
    except InputError as error:
        raise falcon.HTTPNotFound(description=str(error)) from error


def install(app: falcon.App[Any, Any], *, report: Callable[[BaseException], None]) -> None:
    """Make an application answer every error as a problem; bugs are reported."""

    def wrong_input(*args: Any) -> None:
        raise falcon.HTTPBadRequest(description=str(args[2]))

    def trouble(req: falcon.Request, _resp: Any, error: OpsError, _params: Any) -> None:
        detail = str(error)
        if is_open(req.method, req.path):
            # SECURITY: the reason may name files of this machine, and strangers get in here.
            report(error)
            detail = "trouble on our side, try again later"
        raise falcon.HTTPServiceUnavailable(description=detail, retry_after=RETRY_AFTER_S)

    def bug(_req: Any, _resp: Any, error: Exception, _params: Any) -> None:
        report(error)
        raise falcon.HTTPInternalServerError(description="an error of ours; it was recorded")

    app.add_error_handler(InputError, wrong_input)
    app.add_error_handler(OpsError, trouble)
    app.add_error_handler(Exception, bug)
    app.set_error_serializer(_serialize)


def _serialize(_req: Any, resp: falcon.Response, error: falcon.HTTPError) -> None:
    status = falcon.code_to_http_status(error.status)
    detail = error.description or _DEFAULTS.get(int(status[:3]), status[4:])
    resp.content_type = MEDIA_TYPE
    resp.data = problem(status, detail)
