"""Which dotted names below `j` are there, found by touching them as an action would."""

from types import FunctionType
from typing import Any

from JumpScale.namespace import Namespace


def missing(dotted: str) -> str:
    """Return the first part of a dotted name that is not provided; "" when all of it is.

    What a function returns, and what hangs below a class or a plain value, is not followed.

    Args:
        dotted: As written in an action file: `j.sal.fs.readFile`.
    """
    found: Any = Namespace("j")
    parts = dotted.split(".")
    for number, part in enumerate(parts[1:], 2):
        if not _is_ours(found):
            return ""
        try:
            found = getattr(found, part)
        except AttributeError:
            return ".".join(parts[:number])
    return ""


def _is_ours(thing: object) -> bool:
    if isinstance(thing, type | FunctionType):
        return False
    return type(thing).__module__.partition(".")[0] == "JumpScale"
