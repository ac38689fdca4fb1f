"""What a responder takes and gives, told once: beside its code, and read by it and by the docs.

A parameter `query` gets the query parameters, `body` the JSON body, each as the Struct that it is
annotated with; a responder without them takes none. Its docstring is what users read.
"""

import functools
import inspect
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import falcon
import msgspec

from cockpit.errors import ConflictError, InputError
from cockpit.rest.payload import JSON, read_body
from cockpit.rest.problem import Mistake, UnusableError, step
from cockpit.rest.query import Nothing, read

R = TypeVar("R", bound=Callable[..., None])

BINARY = "application/octet-stream"
ANY_BYTES: Mapping[str, Any] = {"type": "string", "format": "binary"}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """What the documentation says of one method at one address.

    Attributes:
        summary: One line, without a full stop.
        description: All that there is to say.
        query: The query parameters.
        body: The JSON body, as a type; None when there is none.
        is_loose: Whether it takes query parameters that are not named here.
        takes: Bodies that the responder reads itself: media type to type, or to a JSON schema.
        returns: The type of the answer; None when it has no body.
        media: The media type of the answer.
        status: That of success.
        also: Other statuses of success, with the same answer.
        errors: Statuses of refusals besides those that hold for all.
        otherwise: Other statuses with an answer that is no problem: its type, in `media`.
        other_media: Media types that the answer may have besides `media`.
        headers: Fields of the answer, with what they mean.
        sent: Fields of the request, with what they mean.
        examples: Bodies that work, by their names.
    """

    summary: str
    description: str
    query: type[msgspec.Struct] = Nothing
    body: Any = None
    is_loose: bool = False
    takes: Mapping[str, Any] = field(default_factory=dict)
    returns: Any = None
    media: str = JSON
    status: int = 200
    also: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()
    otherwise: Mapping[int, Any] = field(default_factory=dict)
    other_media: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, Any] = field(default_factory=dict)


def operation(**told: Any) -> Callable[[R], R]:
    """Tell what a responder takes and gives; see `Operation` for the names."""

    def decorate(responder: R) -> R:
        hints = typing.get_type_hints(responder)
        query, body = hints.get("query", Nothing), hints.get("body")
        is_loose = bool(told.get("is_loose"))
        fields = {name: step(name) for name in _names(body)} | {
            name: name for name in _names(query)
        }

        @functools.wraps(responder)
        def answer(self: object, req: falcon.Request, resp: falcon.Response, **path: Any) -> None:
            if query is not Nothing:
                path["query"] = read(req, query, is_loose=is_loose)
            elif req.query_string and not is_loose:
                read(req, Nothing)
            if body is not None:
                path["body"] = req.context.body = read_body(req, body)
            try:
                responder(self, req, resp, **path)
            except ConflictError as error:
                raise falcon.HTTPConflict(description=str(error)) from error
            except InputError as error:
                raise _unusable(str(error), fields) from error

        summary, _, rest = (inspect.getdoc(responder) or "").partition("\n")
        answer.operation = Operation(  # type: ignore[attr-defined]
            summary=summary.rstrip("."), description=rest.strip(), query=query, body=body, **told
        )
        return typing.cast("R", answer)

    return decorate


def operation_of(responder: object) -> Operation:
    """Return what a responder says of itself.

    Raises:
        LookupError: It says nothing: whoever wrote it forgot to.
    """
    found = getattr(responder, "operation", None)
    if isinstance(found, Operation):
        return found
    raise LookupError(f"{responder}: @operation(…) is missing")


def _names(kind: Any) -> list[str]:
    if not (inspect.isclass(kind) and issubclass(kind, msgspec.Struct)):
        return []
    return [one.encode_name for one in msgspec.structs.fields(kind)]


def _unusable(text: str, fields: Mapping[str, str]) -> UnusableError:
    """Name the field where a line begins with one, as ours do."""
    lines = [line.partition(": ") for line in text.split("\n")]
    places = [Mistake(field=fields[name], detail=rest) for name, _, rest in lines if name in fields]
    return UnusableError(text, places)
