"""The data of a service in AYS 8.0: `instance.hrd`, and `model.yaml` for what HRD cannot hold.

What HRD would give back as another value stands in model.yaml: a number that no schema declares
would be text after a reload. What did not change keeps its place, its lines and its octets.

See: AYS 8, HRD writing; service objects, "model".
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from cockpit.ays import hrd_render
from cockpit.ays.hrd_text import HrdText
from cockpit.ays.schema import Schema
from cockpit.ays.service import plain
from cockpit.errors import InputError


def write(data: Mapping[str, Any], schema: Schema, former: Mapping[str, str]) -> dict[str, str]:
    """Return the files of data: name → text.

    Args:
        former: The files as they are; bytes that are no UTF-8 are surrogates in them.
    """
    text = HrdText(former.get("instance.hrd", ""))
    there = _values(text)
    model = {}
    for name, value in data.items():
        if name.lower() in there and _is_same(there[name.lower()], value):
            continue
        if _fits(name, value, schema):
            text.set(name, value)
        else:
            model[name] = value
            text.delete(name)
    for gone in there.keys() - {name.lower() for name in data}:
        text.delete(gone)
    made = {"instance.hrd": text.text()}
    return made | ({"model.yaml": dump(model)} if model else {})


def read(texts: Mapping[str, str], source: str) -> dict[str, Any]:
    """Return the data of files; octets are base64, as JSON has them.

    Raises:
        InputError: A file cannot be read, with its line.
    """
    text = HrdText(texts.get("instance.hrd", ""), source=f"{source}/instance.hrd")
    made = {entry.key: _stored(text.get(entry.key)) for entry in text.hrd().entries()}
    return made | load(texts.get("model.yaml", ""), f"{source}/model.yaml")


def lines(texts: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Return the line of each value by file and name; the files are those that `read` takes."""
    model = yaml.compose(clean(texts.get("model.yaml", "")), yaml.SafeLoader)
    pairs = model.value if isinstance(model, yaml.MappingNode) else []
    return {
        "instance.hrd": {
            one.key: one.line for one in HrdText(texts.get("instance.hrd", "")).hrd().entries()
        },
        "model.yaml": {str(name.value): name.start_mark.line + 1 for name, _ in pairs},
    }


def load(text: str, source: str) -> dict[str, Any]:
    """Return the mapping that a YAML text is.

    Raises:
        InputError: It is none, with its line.
    """
    try:
        told = yaml.safe_load(clean(text))
    except yaml.YAMLError as error:
        where = getattr(error, "problem_mark", None)
        line = f":{where.line + 1}" if where else ""
        raise InputError(f"{source}{line}: {getattr(error, 'problem', error)}") from error
    if told is not None and not isinstance(told, dict):
        raise InputError(f"{source}: it must be a mapping")
    return {str(name): plain(value) for name, value in (told or {}).items()}


def dump(value: object) -> str:
    """Return a value as YAML."""
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, default_flow_style=None)


def clean(text: str) -> str:
    """Return text whose bytes that are no UTF-8 are U+FFFD: JSON cannot hold them."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _values(text: HrdText) -> dict[str, Any]:
    """Return what can be read, by key in small letters; None for what cannot."""
    entries = text.hrd().entries()
    return {one.key.lower(): None if one.error else _stored(text.get(one.key)) for one in entries}


def _stored(value: Any) -> Any:
    """Return a value of an HRD as data holds it."""
    match value:
        case str():
            return clean(value)
        case list():
            return [_stored(item) for item in value]
        case dict():
            return {_stored(name): _stored(item) for name, item in value.items()}
    return plain(value)


def _fits(name: str, value: Any, schema: Schema) -> bool:
    """Tell whether HRD and the schema give a value back as it is."""
    try:
        made: Any = hrd_render.canonical(value)
        field = schema.find(name)
        return _is_same(field.convert(made) if field else made, value)
    except InputError:
        return False


def _is_same(one: object, other: object) -> bool:
    """Tell whether values are one and the same in JSON, where 1 is not True."""
    return msgspec.json.encode(one, order="sorted") == msgspec.json.encode(other, order="sorted")
