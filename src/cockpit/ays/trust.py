"""Which values of a service may name secrets: those that a blueprint or the schema wrote.

SECURITY: what an action stored may come from a stranger's mail, where `$(secret:NAME)` is text; so
may what people put back from `services/`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from cockpit.ays.schema import Schema
from cockpit.errors import InputError

_REFERENCE = "$(secret:"


def names_secret(value: object) -> bool:
    """Tell whether a value, of whatever shape, holds a reference to a secret."""
    return _REFERENCE in str(value)


def trusted(data: Mapping[str, Any], schema: Schema, written: Iterable[str]) -> list[str]:
    """Return the keys of the values that name secrets and may, sorted.

    Args:
        written: The keys whose values a blueprint wrote.
    """
    known = set(written)
    return sorted(
        name
        for name, value in data.items()
        if names_secret(value) and (name in known or _is_default(schema, name, value))
    )


def written(args: Mapping[str, Any], data: Mapping[str, Any], schema: Schema) -> list[str]:
    """Return the keys of data whose values are those of a blueprint's arguments."""
    found = []
    for name, value in args.items():
        if not names_secret(value):
            continue
        field = schema.find(name)
        try:
            key, made = (field.name, field.convert(value)) if field else (name, value)
        except InputError:
            continue  # What does not fit is not what the data has.
        if data.get(key) == made:
            found.append(key)
    return found


def _is_default(schema: Schema, name: str, value: Any) -> bool:
    field = schema.fields.get(name)
    return field is not None and value == field.default
