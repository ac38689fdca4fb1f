"""`j.data.serializer.json`."""

import json
from typing import Any

from cockpit.errors import InputError

__all__ = ["dumps", "loads"]

_INDENT = 4


def loads(s: str | bytes) -> Any:
    """Read JSON.

    Raises:
        InputError: It is no JSON; names line and column.
    """
    try:
        return json.loads(s)
    except (ValueError, RecursionError) as e:
        raise InputError(f"JSON: {e}") from e


def dumps(obj: Any, sort_keys: bool = False, indent: bool = False) -> str:
    """Write JSON.

    Raises:
        InputError: It holds what JSON does not know.
    """
    try:
        return json.dumps(obj, sort_keys=sort_keys, indent=_INDENT if indent else None)
    except (TypeError, ValueError, RecursionError) as e:
        raise InputError(f"JSON: {e}") from e
