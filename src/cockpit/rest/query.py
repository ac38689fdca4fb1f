"""What stands behind the question mark: one Struct per request, and nothing it does not name."""

import difflib
import re
from collections.abc import Sequence
from typing import Annotated, TypeVar

import falcon
import msgspec
from msgspec import Meta

from cockpit.rest.payload import choices
from cockpit.rest.problem import Mistake, UnreadableError

Limit = Annotated[int, Meta(ge=1, le=1000, description="How many at most.", examples=[50])]
Wait = Annotated[
    float, Meta(ge=0, description="Seconds to wait for news; 30 count at most.", examples=[10])
]

_MISSING = re.compile(r"Object missing required field `(.+)`")
_AT = re.compile(r"(Expected )?(?P<wanted>.+?)(, got .+)? - at `\$\.(?P<name>\w+)`", re.DOTALL)


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """No parameters."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A list that is cut."""

    limit: Limit = 50


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """A question that may wait for its answer."""

    wait: Wait = 0


T = TypeVar("T", bound=msgspec.Struct)


def read(req: falcon.Request, kind: type[T], *, is_loose: bool = False) -> T:
    """Read the query parameters of a request.

    Args:
        kind: A Struct whose fields are the parameters.
        is_loose: Others are ignored.

    Raises:
        UnreadableError: A parameter that it does not name, one given twice, or a wrong value.
    """
    # PERF: msgspec.structs.fields looks at all annotations anew, for each request.
    names = kind.__struct_encode_fields__
    for name, given in req.params.items():
        if name not in names and is_loose:
            continue
        if name not in names:
            raise _wrong(name, f"there is no such query parameter{_hint(name, names)}")
        if isinstance(given, list):
            raise _wrong(name, "given more than once")
    try:
        return msgspec.convert(req.params, kind, strict=False)
    except msgspec.ValidationError as error:
        raise _explain(str(error), req, kind) from error


def _hint(name: str, names: Sequence[str]) -> str:
    if not names:
        return "; this address takes none"
    near = difflib.get_close_matches(name, names, 1)
    return f"; is {near[0]} meant?" if near else f" (one of {', '.join(names)})"


def _explain(text: str, req: falcon.Request, kind: type[msgspec.Struct]) -> UnreadableError:
    if missing := _MISSING.fullmatch(text):
        return _wrong(missing[1], "missing")
    found = _AT.match(text)
    if found is None:
        return UnreadableError(text)
    name, given = found["name"], f"{req.params[found['name']]!r:.80}"
    if words := choices(kind, name):
        return _wrong(name, f"{given} is none of {', '.join(words)}")
    wanted = found["wanted"].replace("`", "")
    return _wrong(name, f"expected {wanted}, not {given}")


def _wrong(name: str, detail: str) -> UnreadableError:
    return UnreadableError(f"{name:.80}: {detail}", [Mistake(field=name[:80], detail=detail)])
