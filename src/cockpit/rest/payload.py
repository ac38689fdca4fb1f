"""The body of a request as a Struct: JSON, decoded once, and every mistake told with its place."""

import re
import typing
from typing import Any, Literal, TypeVar

import falcon
import msgspec

from cockpit.errors import InputError
from cockpit.rest.problem import Mistake, UnreadableError, pointer, step
from cockpit.rest.repeats import refuse_repeats

MAX_BODY_BYTES = 1024 * 1024
JSON = "application/json"

_AT = re.compile(r"(?P<what>.*) - at `\$(?P<path>.*)`$", re.DOTALL)
_CHARSET = re.compile(r'\bcharset\s*=\s*"?([^\s";]*)')
_CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii")
_EXACT = 2**53  # Beyond it not every integer is a float.
_MEMBER = re.compile(r"Object (?:missing required|contains unknown) field `(.*)`", re.DOTALL)

T = TypeVar("T")


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body that refuses what it does not name: a misspelt field would count as left out."""


def read_body(req: falcon.Request, kind: type[T]) -> T:
    """Read the JSON body of a request; none counts as `{}`.

    Args:
        kind: What it must be.

    Raises:
        falcon.HTTPError: 413 for more than 1 MiB, 415 for another media type.
        UnreadableError: It is no JSON, or not what `kind` says.
    """
    octets = read_octets(req, MAX_BODY_BYTES)
    if octets and not is_json(media_type(req)):
        raise falcon.HTTPUnsupportedMediaType(description=f"send Content-Type: {JSON}")
    return decode(octets or b"{}", kind)


def read_octets(req: falcon.Request, max_bytes: int, *, hint: str = "") -> bytes:
    """Read a body whole.

    Args:
        hint: What to do with more, for the error.

    Raises:
        falcon.HTTPError: 413, it has more bytes.
    """
    octets: bytes = req.stream.read(max_bytes + 1)
    if len(octets) > max_bytes:
        raise falcon.HTTPContentTooLarge(description=f"a body may have {max_bytes} bytes{hint}")
    return octets


def decode(octets: bytes, kind: type[T]) -> T:
    """Decode JSON.

    Raises:
        UnreadableError: It is no JSON, or not what `kind` says.
    """
    try:
        found: T = _decoded(octets, kind)
    except msgspec.ValidationError as error:
        raise mistake(str(error), kind) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise UnreadableError(f"the body is no JSON: {error}") from error
    except RecursionError as error:
        raise UnreadableError("the body is nested too deep") from error
    try:
        refuse_repeats(octets)
    except InputError as error:
        raise UnreadableError(str(error)) from error
    return found


def _decoded(octets: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(octets, type=kind)
    except msgspec.ValidationError as error:
        if "got `float`" not in str(error):
            raise
        return msgspec.convert(_whole(msgspec.json.decode(octets)), kind)


def _whole(value: Any) -> Any:
    """Make integers of numbers such as `7.0`: to JSON Schema they are.

    See: JSON Schema 2020-12, Validation §6.1.1.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return value


def mistake(text: str, kind: Any = None) -> UnreadableError:
    """Return the error for what msgspec says, `Expected …, got … - at `$.a[0]``.

    Args:
        kind: What it should have been: a Struct's words for a field are told.
    """
    found = _AT.fullmatch(text)
    what, place = (found["what"], pointer(found["path"])) if found else (text, "")
    if words := choices(kind, place[1:]):
        what += f" (one of {', '.join(words)})"
    if member := _MEMBER.fullmatch(what):
        place += step(member[1])
    told = f"{place}: {what}" if place else what
    return UnreadableError(told, [Mistake(field=place, detail=what)])


def choices(kind: Any, name: str) -> tuple[str, ...]:
    """Return the words that a field of a Struct may hold, or nothing when it is free."""
    if not (isinstance(kind, type) and issubclass(kind, msgspec.Struct)):
        return ()
    types = {one.encode_name: one.type for one in msgspec.structs.fields(kind)}
    return tuple(word for word in _words(types.get(name)) if word)


def media_type(req: falcon.Request) -> str:
    """Return the media type of a body, without its parameters.

    Raises:
        falcon.HTTPError: 415, its charset is not UTF-8 (RFC 8259 §8.1 knows no other), or it is
            compressed (RFC 9110 §8.4).
    """
    if (coding := req.get_header("Content-Encoding", default="identity")).lower() != "identity":
        raise falcon.HTTPUnsupportedMediaType(
            description=f"Content-Encoding: {coding:.40}: send the body as it is"
        )
    kind, _, parameters = (req.content_type or "").lower().partition(";")
    charset = _CHARSET.search(parameters)
    if charset and charset[1] not in _CHARSETS:
        raise falcon.HTTPUnsupportedMediaType(
            description=f"charset={charset[1]:.40}: a body is in UTF-8"
        )
    return kind.strip()


def is_json(kind: str) -> bool:
    """Tell whether a media type is one of JSON; none at all counts as it."""
    return kind in {"", JSON, "text/json"} or kind.endswith("+json")


def _words(kind: Any) -> tuple[str, ...]:
    """Return the words of a Literal, also where it stands inside a union."""
    inside = typing.get_args(kind)
    if typing.get_origin(kind) is Literal:
        return inside
    return tuple(word for one in inside for word in _words(one))
