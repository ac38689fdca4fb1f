"""How errors look: `application/problem+json`, the same shape whoever found the error.

400 is a request that the description of this API does not allow; 422 one that it allows, and that
cannot be done as asked.

See: RFC 9457 §3; RFC 9110 §15.5.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import falcon
import msgspec

from cockpit.errors import ConflictError, InputError, OpsError, QuotaError
from cockpit.rest.guard import is_open

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5

TYPES: dict[int, str] = {
    400: "bad-request",
    401: "unauthorized",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    408: "timeout",
    409: "conflict",
    411: "length-required",
    412: "precondition-failed",
    413: "too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    422: "unprocessable",
    429: "too-many-requests",
    431: "header-too-large",
    500: "bug",
    503: "unavailable",
}
"""The last part of a problem's `type`, by status: these never change."""

_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>[^\]]*)\]")
_FIELD = re.compile(r"([a-z_][\w.\[\]]*): (.+)", re.DOTALL)
_DEFAULTS = {
    404: "there is nothing at this address",
    405: "this address does not take this method",
}


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake of a request.

    Attributes:
        field: Where: a JSON pointer into the body (`/args/key`), or the name of a parameter.
        detail: What is wrong there.
    """

    field: str
    detail: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error.

    Attributes:
        type: What kind: stable, for programs.
        title: The status in words.
        status: The HTTP status.
        detail: What, which one, and what to do.
        errors: Each mistake with its place, when there are places.
    """

    type: str
    title: str
    status: int
    detail: str
    errors: Sequence[Mistake] = ()


class UnreadableError(falcon.HTTPBadRequest):
    """A request that the description of the API does not allow (400)."""

    def __init__(self, detail: str, mistakes: Sequence[Mistake] = ()) -> None:
        super().__init__(description=detail)
        self.mistakes = mistakes


class UnusableError(falcon.HTTPUnprocessableEntity):
    """A request that the description allows, and that cannot be done (422)."""

    def __init__(self, detail: str, mistakes: Sequence[Mistake] = ()) -> None:
        super().__init__(description=detail)
        self.mistakes = mistakes


def pointer(path: str) -> str:
    """Turn a path as `.args.key[0]` into a JSON pointer (RFC 6901)."""
    return "".join(step(found["name"] or found["index"]) for found in _STEP.finditer(path))


def step(name: str) -> str:
    """Turn a name, or an index, into a step of a JSON pointer."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def problem(status: str, detail: str, mistakes: Sequence[Mistake] = ()) -> bytes:
    """Return the body of an error.

    Args:
        status: The HTTP status, code and words: `404 Not Found`.
        detail: What, which one, what to do.
        mistakes: Each with its place.
    """
    code, _, title = status.partition(" ")
    kind = TYPES.get(int(code), "bad-request")
    return msgspec.json.encode(
        Problem(
            type=f"urn:cockpit:problem:{kind}",
            title=title,
            status=int(code),
            detail=detail,
            errors=tuple(mistakes),
        )
    )


@contextmanager
def or_not_found() -> Iterator[None]:
    """Wrap a look-up by an address: what it refuses is not there.

    Raises:
        falcon.HTTPNotFound: Instead of InputError; a ConflictError stays one.
    """
    try:
        yield
    except ConflictError:
        raise
    except InputError as error:
        raise falcon.HTTPNotFound(description=str(error)) from error


@contextmanager
def or_unreadable() -> Iterator[None]:
    """Wrap the reading of a body that is no plain JSON: what it refuses, nobody should send.

    Raises:
        UnreadableError: Instead of InputError; with the field that it begins with.
    """
    try:
        yield
    except InputError as error:
        found = _FIELD.match(str(error))
        places = [Mistake(field=pointer(f".{found[1]}"), detail=found[2])] if found else ()
        raise UnreadableError(str(error), places) from error


def install(app: falcon.App[Any, Any], *, report: Callable[[BaseException], None]) -> None:
    """Make an application answer every error as a problem; bugs are reported."""

    def unusable(*args: Any) -> None:
        raise UnusableError(str(args[2]))

    def trouble(req: falcon.Request, _resp: Any, error: OpsError, _params: Any) -> None:
        detail = str(error)
        if isinstance(error, QuotaError):
            raise falcon.HTTPTooManyRequests(description=detail, retry_after=int(error.after_s))
        if is_open(req.method, req.path):
            # SECURITY: the reason may name files of this machine, and strangers get in here.
            report(error)
            detail = "trouble on our side, try again later"
        raise falcon.HTTPServiceUnavailable(description=detail, retry_after=RETRY_AFTER_S)

    def bug(_req: Any, _resp: Any, error: Exception, _params: Any) -> None:
        report(error)
        raise falcon.HTTPInternalServerError(description="an error of ours; it was recorded")

    app.add_error_handler(InputError, unusable)
    app.add_error_handler(OpsError, trouble)
    app.add_error_handler(Exception, bug)
    app.set_error_serializer(_serialize)


def _serialize(_req: Any, resp: falcon.Response, error: falcon.HTTPError) -> None:
    status = falcon.code_to_http_status(error.status)
    detail = error.description or _DEFAULTS.get(int(status[:3]), status[4:])
    resp.content_type = MEDIA_TYPE
    resp.data = problem(status, detail, getattr(error, "mistakes", ()))
