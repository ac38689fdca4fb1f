"""`j.data.serializer.yaml`: plain values only; a tag that would make an object is refused."""

from pathlib import Path
from typing import Any

import yaml

from cockpit.errors import InputError

__all__ = ["dump", "dumps", "load", "loads"]

# What PyYAML's constructors let out for scalars such as `!!int ""`, beside its own errors.
_REFUSED = (yaml.YAMLError, ValueError, LookupError, AttributeError, TypeError, RecursionError)


def loads(s: str | bytes) -> Any:
    """Read YAML.

    Raises:
        InputError: It is no YAML, or asks for an object; names the line.
    """
    try:
        return yaml.safe_load(s)
    except _REFUSED as e:
        raise InputError(f"YAML: {e}") from e


def dumps(obj: Any) -> str:
    """Write YAML, keys in the order they have.

    Raises:
        InputError: It holds what YAML has no plain form for.
    """
    try:
        text: str = yaml.safe_dump(
            obj, default_flow_style=False, sort_keys=False, allow_unicode=True
        )
    except _REFUSED as e:
        raise InputError(f"YAML: {e}") from e
    return text


def load(path: str) -> Any:
    """Read a YAML file.

    Raises:
        InputError: As `loads`; names the file.
    """
    try:
        return loads(Path(path).read_bytes())
    except InputError as e:
        raise InputError(f"{path}: {e}") from e


def dump(path: str, obj: Any) -> None:
    """Write a YAML file."""
    Path(path).write_text(dumps(obj), encoding="utf-8")
