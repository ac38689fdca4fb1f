"""The description of the API, OpenAPI 3.1, from what the responders say of themselves. Pure.

See: OpenAPI 3.1.1; its schemas are JSON Schema 2020-12, which is what msgspec writes.
"""

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import falcon
import msgspec

from cockpit.rest.guard import is_open
from cockpit.rest.idempotency import HEADER, PATTERN, REPLAYED, takes_key
from cockpit.rest.operation import BINARY, Operation
from cockpit.rest.payload import JSON
from cockpit.rest.problem import MEDIA_TYPE, Problem, problem
from cockpit.rest.scopes import needed

_CONFLICT = 409
_UNUSABLE = 422
_DETAIL = "what is wrong, where, and what to do"
_NOT_MODIFIED = 304
_REF = "#/components/schemas/{name}"
_LATER = (429, 503)
_ALWAYS = (400, 429, 503)
_WITH_TOKEN = (401, 403)
_WITH_BODY = (413, 415)
_ABOUT = """The robot of people who keep systems running: events come in, services act, everyone
sees why. Whatever is answered by 2xx is stored.

**Authorize** takes a token. One of scope `read` sees everything but tokens and the audit log,
`operate` changes things, `admin` decides who may do what and which code runs here.

An error is `application/problem+json` with a `type` that stays: 400 is a request that this
description does not allow, 422 one that it allows and that cannot be done, 503 one to send again.
"""
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token: `cockpit start` shows the first one when it makes a home,"
    " `cockpit token create NAME --scope operate` makes another. Or a JWT of your identity"
    " provider.",
}
_ATTRIBUTE = re.compile(r"^\s{4}(\w+): (.+(?:\n\s{8}.+)*)", re.MULTILINE)
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "One of your own for each thing to be done: what comes again with it within 24"
    " hours is not done again, and answered as the first.",
    "schema": {"type": "string", "pattern": f"^{PATTERN}$"},
}
_METHODS = ("get", "put", "post", "delete", "patch")


@dataclass(frozen=True, kw_only=True)
class Route:
    """One method at one address.

    Attributes:
        id: Unique over all, for the names of functions in clients.
        tag: Under which heading it stands.
        address: `/events/{event}`.
        method: `get`, `post` …
    """

    id: str
    tag: str
    address: str
    method: str
    operation: Operation


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of an address.

    Attributes:
        description: What it is.
        pattern: What it looks like; a whole match.
        example: One that is there, or could be.
        other: One for which another rule of access holds than for the example.
    """

    description: str
    pattern: str = ""
    example: str = ""
    other: str = ""


def document(
    routes: Iterable[Route],
    *,
    version: str,
    tags: Mapping[str, str],
    parts: Mapping[str, Part],
) -> dict[str, Any]:
    """Describe an API.

    Args:
        version: That of the product.
        tags: What stands under each heading.
        parts: The variable parts of addresses, by name; `repos/name` goes before `name` behind
            `/repos/`.

    Returns:
        An OpenAPI 3.1 document, JSON-ready.

    Raises:
        KeyError: An address has a part that nobody describes.
    """
    shown = [route for route in routes if route.method in _METHODS]
    schemas = _Schemas(shown)
    paths: dict[str, dict[str, Any]] = {}
    for route in shown:
        paths.setdefault(route.address, {})[route.method] = _operation(route, schemas, parts)
    built: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Cockpit", "version": version, "description": _ABOUT},
        "tags": [{"name": name, "description": text} for name, text in tags.items()],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"bearer": _BEARER},
        },
    }
    # Defaults may be tuples or Structs.
    whole: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(built))
    _tell_types(whole)
    return whole


def _tell_types(found: Any) -> None:
    """Say of words to choose from that they are text: msgspec leaves it out, pages want it."""
    if isinstance(found, dict) and isinstance(found.get("enum"), list):
        found.setdefault("type", "string")
    for inside in found.values() if isinstance(found, dict) else found:
        if isinstance(inside, dict | list):
            _tell_types(inside)


class _Schemas:
    """The schemas of all types, each told once."""

    def __init__(self, routes: Iterable[Route]) -> None:
        kinds: list[Any] = [Problem]
        for route in routes:
            told = route.operation
            given = (told.body, told.returns, *told.takes.values(), *told.otherwise.values())
            kinds += [one for one in given if one is not None and not isinstance(one, Mapping)]
        schemas, self.components = msgspec.json.schema_components(kinds, ref_template=_REF)
        self._of = {repr(kind): schema for kind, schema in zip(kinds, schemas, strict=True)}
        for schema in self.components.values():
            _describe(schema)

    def of(self, kind: Any) -> Any:
        """Return the schema of a type; a mapping is one already."""
        return kind if isinstance(kind, Mapping) else self._of[repr(kind)]


def _describe(schema: dict[str, Any]) -> None:
    """Give the fields of a Struct what the `Attributes` of its docstring say."""
    text = inspect.cleandoc(schema.get("description", ""))
    head, _, attributes = text.partition("Attributes:")
    if not head:
        return
    schema["description"] = head.strip()
    for found in _ATTRIBUTE.finditer(attributes):
        known = schema.get("properties", {}).get(found[1])
        if known is not None:
            known.setdefault("description", " ".join(found[2].split()))


def _operation(route: Route, schemas: _Schemas, parts: Mapping[str, Part]) -> dict[str, Any]:
    told = route.operation
    method, path = route.method.upper(), route.address
    known = {name: _part(path, name, parts) for name in _names(path)}
    sample = _filled(path, {name: part.example for name, part in known.items()})
    other = _filled(path, {name: part.other or part.example for name, part in known.items()})
    opens, stranger = is_open(method, sample), is_open(method, other)
    scope = "" if stranger else f"Scope: `{needed(method, path)}`."
    has_key = not stranger and takes_key(method, path)
    if has_key:
        told = _with_key(told)
    found: dict[str, Any] = {
        "operationId": route.id,
        "tags": [route.tag],
        "summary": told.summary.replace("`", ""),  # Pages show it as it is.
        "description": "\n\n".join(text for text in (told.description, scope) if text),
        "parameters": [
            *(_path_parameter(name, part) for name, part in known.items()),
            *_query_parameters(told.query),
            *(_header(name, text) for name, text in told.sent.items()),
            *([_KEY] if has_key else []),
        ],
        "responses": dict(_responses(told, schemas, is_stranger=stranger)),
    }
    if body := _body(told, schemas):
        found["requestBody"] = body
    if opens:
        found["security"] = [] if stranger else [{}, {"bearer": []}]
    return found


def _with_key(told: Operation) -> Operation:
    """Add what an Idempotency-Key may lead to."""
    again = "`true`: the request came again, and this is the answer of the first."
    return replace(
        told,
        errors=(*told.errors, _CONFLICT, _UNUSABLE),
        headers={**told.headers, REPLAYED: again},
    )


def _names(path: str) -> list[str]:
    return re.findall(r"{(\w+)}", path)


def _part(path: str, name: str, parts: Mapping[str, Part]) -> Part:
    before = path.partition(f"/{{{name}}}")[0].rpartition("/")[2]
    return parts.get(f"{before}/{name}") or parts[name]


def _filled(path: str, values: Mapping[str, str]) -> str:
    return re.sub(r"{(\w+)}", lambda found: values[found[1]] or "x", path)


def _path_parameter(name: str, part: Part) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    if part.pattern:
        schema["pattern"] = f"^(?:{part.pattern})$"
    found = {
        "name": name,
        "in": "path",
        "required": True,
        "description": part.description,
        "schema": schema,
    }
    return found | ({"example": part.example} if part.example else {})


def _query_parameters(kind: type[msgspec.Struct]) -> Iterator[dict[str, Any]]:
    texts = [inspect.getdoc(one) or "" for one in reversed(kind.__mro__)]
    described = dict(pair for text in texts for pair in _ATTRIBUTE.findall(text))
    for one in msgspec.structs.fields(kind):
        (schema,), _ = msgspec.json.schema_components([one.type], ref_template=_REF)
        told = " ".join(described.get(one.encode_name, "").split())
        description = schema.pop("description", told)
        found = {"name": one.encode_name, "in": "query", "required": one.required}
        if not one.required and one.default != "":
            schema["default"] = one.default
        yield found | {"description": description, "schema": schema}


def _header(name: str, text: str) -> dict[str, Any]:
    return {
        "name": name,
        "in": "header",
        "required": False,
        "description": text,
        "schema": {"type": "string"},
    }


def _body(told: Operation, schemas: _Schemas) -> dict[str, Any]:
    kinds = dict(told.takes) or ({JSON: told.body} if told.body is not None else {})
    if not kinds:
        return {}
    content: dict[str, Any] = {}
    for media, kind in kinds.items():
        content[media] = {"schema": schemas.of(kind)}
        if told.examples and media == JSON:
            content[media]["examples"] = {
                name: {"value": value} for name, value in told.examples.items()
            }
    return {"required": _is_needed(told), "content": content}


def _is_needed(told: Operation) -> bool:
    """Tell whether an empty body is a mistake."""
    if told.takes:
        return BINARY not in told.takes
    return any(one.required for one in msgspec.structs.fields(told.body))


def _responses(
    told: Operation, schemas: _Schemas, *, is_stranger: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    good: dict[str, Any] = {"description": "Done." if told.returns is None else "The answer."}
    if told.returns is not None:
        shape = {"schema": schemas.of(told.returns)}
        good["content"] = dict.fromkeys((told.media, *told.other_media), shape)
    elif told.media == BINARY:
        good["content"] = {BINARY: {"schema": {"type": "string", "format": "binary"}}}
    if told.headers:
        good["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in told.headers.items()
        }
    for status in (told.status, *told.also):
        yield str(status), good
    for status in sorted(_refusals(told, is_stranger=is_stranger)):
        refusal = _refusal(status)
        if status in told.otherwise:
            refusal["content"][told.media] = {"schema": schemas.of(told.otherwise[status])}
        yield str(status), refusal


def _refusals(told: Operation, *, is_stranger: bool) -> set[int]:
    found = {*_ALWAYS, *told.errors, *told.otherwise}
    if not is_stranger:
        found.update(_WITH_TOKEN)
    if told.body is not None or told.takes:
        found.update(_WITH_BODY)
    if told.body is not None or told.takes or msgspec.structs.fields(told.query):
        found.add(_UNUSABLE)
    return found


def _refusal(status: int) -> dict[str, Any]:
    words = falcon.code_to_http_status(status)[4:]
    found: dict[str, Any] = {"description": words}
    if status != _NOT_MODIFIED:
        example = msgspec.json.decode(problem(f"{status} {words}", _DETAIL))
        schema = {"$ref": _REF.format(name="Problem")}
        found["content"] = {MEDIA_TYPE: {"schema": schema, "example": example}}
    if status in _LATER:
        found["headers"] = {
            "Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}
        }
    return found
