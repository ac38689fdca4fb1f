"""The files of a service under `services/`, in the format of each generation.

8.0: `instance.hrd`, `state.yaml`, and `model.yaml` for what HRD cannot hold. 8.1 and today:
`data.json`, `service.json`. What is read may be of any generation, whatever the repository is.

See: AYS 8, repository layout, states; design §6, "the mirror".
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from cockpit.ays import action_state, service_hrd, service_state
from cockpit.ays.generation import Generation
from cockpit.ays.json_line import key_lines
from cockpit.ays.run import STATES
from cockpit.ays.schema import Schema
from cockpit.ays.service import Listening, ServiceRecord, parse_key
from cockpit.ays.template import Template
from cockpit.errors import InputError

FILES: Final = ("instance.hrd", "state.yaml", "model.yaml", "data.json", "service.json")
"""The names of all files that may be a service's, whatever the generation."""

ABOUT: Final = ("service.json", "state.yaml")
"""Those of them that tell its template: without one there is no service."""

_NAMES: Final[Mapping[Generation, tuple[str, ...]]] = {
    "8.0": ("instance.hrd", "state.yaml", "model.yaml"),
    "8.1": ("data.json", "service.json"),
    "cockpit": ("data.json", "service.json"),
}
_SEPARATORS = re.compile(r"[._]")


class Kept(msgspec.Struct, frozen=True):
    """A service as files hold it: `record.data` is its data as it is, not as it was given.

    Attributes:
        begun: When recurring actions began last, in epoch seconds, as far as it is known.
    """

    record: ServiceRecord
    states: dict[str, str] = {}
    begun: dict[str, int] = {}


def write(
    kept: Kept,
    template: Template | None,
    generation: Generation,
    *,
    template_of: Callable[[str], str],
    former: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the files of a service: name → text.

    Args:
        template: Its template; None when that is gone.
        template_of: Returns the name of another service's template by its key.
        former: The files as they are: one that says the same stays, and what is not changed in an
            instance.hrd keeps its comments.
    """
    there = {name: text for name, text in (former or {}).items() if name in _NAMES[generation]}
    has_same_data, is_same = _compare(kept, template, there)
    made = _made(kept, template, generation, template_of, there, has_same_data=has_same_data)
    stays = {name for name in there if (is_same if name in ABOUT else has_same_data)}
    return made | {name: there[name] for name in stays}


def _made(
    kept: Kept,
    template: Template | None,
    generation: Generation,
    template_of: Callable[[str], str],
    former: Mapping[str, str],
    *,
    has_same_data: bool,
) -> dict[str, str]:
    schema = template.schema if template else Schema(is_open=True)
    if generation == "8.0":
        files = former if has_same_data else service_hrd.write(kept.record.data, schema, former)
        return {**files, "state.yaml": _state_yaml(kept, template, files, former)}
    if generation == "8.1":
        data = {_camel(name, schema): value for name, value in kept.record.data.items()}
        return {"data.json": _json(data), "service.json": _json(_actor(kept, template_of))}
    record = kept.record
    about = {
        "template": record.template,
        "parent": record.parent,
        "producers": record.producers,
        **_given(record),
        "states": dict(sorted(kept.states.items())),
    }
    return {"data.json": _json(record.data), "service.json": _json(about)}


def _compare(kept: Kept, template: Template | None, former: Mapping[str, str]) -> tuple[bool, bool]:
    """Tell whether files have the data of a service, and all of it."""
    record = kept.record
    templates = {record.template: template} if template else {}
    try:
        there = read(former, key=record.key, repo=record.repo, templates=templates, source="")
    except InputError:
        return False, False
    has_same_data = _json_sorted(there.record.data) == _json_sorted(record.data)
    is_same = (there.states, _without_data(there)) == (kept.states, _without_data(kept))
    # A state.yaml has the digest of the data.
    return has_same_data, is_same and (has_same_data or "state.yaml" not in former)


def _json_sorted(value: object) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _without_data(kept: Kept) -> ServiceRecord:
    # What blueprints are trusted with stands in no file.
    return msgspec.structs.replace(kept.record, data={}, trusted=[])


def read(
    texts: Mapping[str, str],
    *,
    key: str,
    repo: str,
    templates: Mapping[str, Template],
    source: str,
) -> Kept:
    """Read a service from its files.

    Args:
        texts: The files by name; others than `FILES` do not matter.
        key: What its directory is called.
        source: What errors call the directory.

    Raises:
        InputError: A file cannot be read or does not fit the template; one problem per line.
    """
    parse_key(key)
    is_json = "service.json" in texts
    about = _about_json(texts, source) if is_json else _about_yaml(texts, source)
    name = about.pop("template")
    if name not in templates:
        raise InputError(f"{source}: unknown template {name!r}")
    template = templates[name]
    role, _, instance = key.partition("!")
    if template.role != role:
        raise InputError(f"{source}: template {name} plays {template.role}, not {role}")
    data = _data_json(texts, source) if is_json else service_hrd.read(texts, source)
    states = about.pop("states")
    for action, state in states.items():
        if state not in STATES:
            raise InputError(f"{source}: {state!r} is no state of {action}: {', '.join(STATES)}")
    known = {field: value for field, value in data.items() if template.schema.find(field)}
    beyond = {field: value for field, value in data.items() if field not in known}
    places = _places(texts, template.schema, source)
    filled = template.schema.fill(known, where=source, existing=beyond, places=places)
    return Kept(ServiceRecord(repo, key, role, instance, name, filled, **about), states)


def _state_yaml(
    kept: Kept, template: Template | None, files: Mapping[str, str], former: Mapping[str, str]
) -> str:
    """Return what AYS 8.0 knows of a service besides its data."""
    record = kept.record
    told = _told(former.get("state.yaml", ""))
    lines = template.recurring if template else {}
    every = {name: one.period_s for name, one in lines.items()} | record.recurring
    periods = {name: period_s for name, period_s in every.items() if period_s}
    about: dict[str, Any] = {
        "recipe": record.template,
        "parent": record.parent,
        "producers": service_state.with_parent(record),
        "state": {name: action_state.FORMER[state] for name, state in sorted(kept.states.items())},
        "recurring": service_state.recurring(periods, lines, kept.begun, told),
        "events": _events(record, template),
        "instanceHRDHash": service_state.instance_hash(files, former, told),
        "templateHRDHash": told.get("templateHRDHash", ""),
    }
    given = _given(record)
    if service_state.consumes_parent(record):
        given["consumesParent"] = True
    return service_hrd.dump(about | ({"cockpit": given} if given else {}))


def _told(text: str) -> dict[str, Any]:
    try:
        return service_hrd.load(text, "")
    except InputError:  # It is written anew.
        return {}


def _events(record: ServiceRecord, template: Template | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for type_, lines in (template.subscriptions if template else {}).items():
        found.setdefault(type_, []).extend(line.action for line in lines)
    for line in record.listens:
        found.setdefault(line.type, []).append(line.action)
    return found


def _given(record: ServiceRecord) -> dict[str, Any]:
    """Return what a blueprint gave besides data, in a form that JSON and YAML hold."""
    made: dict[str, Any] = {}
    if record.recurring:
        made["recurring"] = record.recurring
    if record.recurring_from:
        made["recurring_from"] = record.recurring_from
    if record.listens:
        made["listens"] = msgspec.to_builtins(record.listens)
    return made


def _actor(kept: Kept, template_of: Callable[[str], str]) -> dict[str, Any]:
    """Return a service as AYS 8.1 dumps it."""
    record = kept.record

    def pointer(key: str) -> dict[str, str]:
        return {"actorName": template_of(key), "serviceName": key.partition("!")[2]}

    producers = [pointer(key) for keys in record.producers.values() for key in keys]
    made: dict[str, Any] = {
        "name": record.instance,
        "actorName": record.template,
        "state": _service_state(kept.states),
        "parent": pointer(record.parent) if record.parent else None,
        "producers": producers,
        "actions": [
            {"name": name, "state": state, "period": int(record.recurring.get(name, 0))}
            for name, state in sorted(kept.states.items())
        ],
    }
    return made | ({"cockpit": given} if (given := _given(record)) else {})


def _service_state(states: Mapping[str, str]) -> str:
    if "error" in states.values():
        return "error"
    return states.get("install", "new") if states.get("install") in {"ok", "changed"} else "new"


def _about_yaml(texts: Mapping[str, str], source: str) -> dict[str, Any]:
    told = service_hrd.load(texts.get("state.yaml", ""), f"{source}/state.yaml")
    states = _mapping(told, "state", source)
    given = _mapping(told, "cockpit", source)
    parent = _text(told, "parent", source)
    producers = _producers(_mapping(told, "producers", source), source)
    if not given.get("consumesParent"):
        producers = service_state.without(producers, parent)
    return {
        "template": _text(told, "recipe", source),
        "parent": parent,
        "producers": producers,
        "states": {
            str(name).lower(): action_state.TODAY.get(str(state).upper(), str(state))
            for name, state in states.items()
        },
        **_read_given(given, source),
    }


def _about_json(texts: Mapping[str, str], source: str) -> dict[str, Any]:
    told = _load_json(texts.get("service.json", ""), f"{source}/service.json")
    if "actorName" not in told:
        return {
            "template": _text(told, "template", source),
            "parent": _text(told, "parent", source),
            "producers": _producers(_mapping(told, "producers", source), source),
            "states": _mapping(told, "states", source),
            **_read_given(told, source),
        }
    producers: dict[str, list[str]] = {}
    for pointer in told.get("producers") or []:
        key = _pointed(pointer, source)
        producers.setdefault(key.partition("!")[0], []).append(key)
    actions = told.get("actions") or []
    if not isinstance(actions, list) or not all(isinstance(one, dict) for one in actions):
        raise InputError(f"{source}/service.json: actions must be a list of objects")
    parent = told.get("parent")
    return {
        "template": _text(told, "actorName", source),
        "parent": _pointed(parent, source) if _is_there(parent) else "",
        "producers": producers,
        "states": {str(one.get("name")): str(one.get("state", "new")) for one in actions},
        **_read_given(_mapping(told, "cockpit", source), source),
    }


def _is_there(pointer: object) -> bool:
    return isinstance(pointer, dict) and bool(pointer.get("serviceName"))


def _pointed(pointer: Any, source: str) -> str:
    try:
        return f"{pointer['actorName'].partition('.')[0]}!{pointer['serviceName']}"
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{source}/service.json: a service is pointed at by actorName and serviceName"
        ) from error


def _read_given(told: Mapping[str, Any], source: str) -> dict[str, Any]:
    try:
        return {
            "recurring": msgspec.convert(told.get("recurring") or {}, dict[str, float]),
            "recurring_from": msgspec.convert(told.get("recurring_from") or {}, dict[str, str]),
            "listens": msgspec.convert(told.get("listens") or [], list[Listening]),
        }
    except msgspec.ValidationError as error:
        raise InputError(f"{source}: recurring or listens: {error}") from error


def _producers(told: Mapping[str, Any], source: str) -> dict[str, list[str]]:
    try:
        return msgspec.convert(told, dict[str, list[str]])
    except msgspec.ValidationError as error:
        raise InputError(f"{source}: producers: {error}") from error


def _places(texts: Mapping[str, str], schema: Schema, source: str) -> dict[str, str]:
    """Return where the fields stand in the files of data, as file:line."""
    if "service.json" in texts:
        lines = {"data.json": key_lines(service_hrd.clean(texts.get("data.json", "{}")))}
    else:
        lines = service_hrd.lines(texts)
    return {
        field.name: f"{source}/{file}:{line}"
        for file, of in lines.items()
        for name, line in of.items()
        if (field := schema.find(name))
    }


def _data_json(texts: Mapping[str, str], source: str) -> dict[str, Any]:
    return _load_json(texts.get("data.json", "{}"), f"{source}/data.json")


def _text(told: Mapping[str, Any], name: str, source: str) -> str:
    found = told.get(name) or ""
    if not isinstance(found, str):
        raise InputError(f"{source}: {name} must be a text")
    return found


def _mapping(told: Mapping[str, Any], name: str, source: str) -> dict[str, Any]:
    found = told.get(name) or {}
    if not isinstance(found, dict):
        raise InputError(f"{source}: {name} must be a mapping")
    return found


def _load_json(text: str, source: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(service_hrd.clean(text), type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise InputError(f"{source}: {error}") from error


def _camel(name: str, schema: Schema) -> str:
    """Return a declared field as AYS 8.1 spells it; other names could not be told apart again."""
    if schema.find(name) is None or schema.is_open:
        return name
    first, *rest = _SEPARATORS.split(name)
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
