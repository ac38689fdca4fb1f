"""Which dotted names below `service` and `job` are there for action files, found by the classes."""

from typing import Any, Final

from cockpit.robot.data import Data
from cockpit.robot.former_repo import FormerRepo
from cockpit.robot.member import States
from cockpit.robot.model import Model
from cockpit.robot.running import Running
from cockpit.robot.service import Service

_ROOTS: Final[dict[str, Any]] = {"service": Service, "job": Running}
_FOLLOWED: Final[dict[tuple[Any, str], Any]] = {
    (Running, "service"): Service,
    (Service, "parent"): Service,
    (Service, "aysrepo"): FormerRepo,
    (Service, "hrd"): Data,
    (Service, "state"): States,
    (Service, "model"): Model,
}
# Attributes of the objects, which their classes do not show.
_OWN: Final[dict[Any, set[str]]] = {
    Service: {"repo", "key", "role", "instance"},
    FormerRepo: {"name", "path", "basepath"},
    Data: {"source", "warnings", "changes"},
    Model: {"role", "key", "name", "data"},
}
_STORED: Final = " ="


def missing(dotted: str) -> str:
    """Return the first part of a dotted name that is not provided; "" when all of it is.

    What a function returns, and what hangs below data, is not followed.

    Args:
        dotted: As written in an action file: `service.parent.hrd.get`; with ` =` when it is
            assigned.
    """
    parts = dotted.removesuffix(_STORED).split(".")
    at = _ROOTS[parts[0]]
    for number, part in enumerate(parts[1:], 2):
        is_assigned = dotted.endswith(_STORED) and number == len(parts)
        if is_assigned:
            return dotted if (at, part) == (Service, "model") else ""
        if not hasattr(at, part) and part not in _OWN.get(at, ()):
            return ".".join(parts[:number])
        at = _FOLLOWED.get((at, part))
        if at is None:
            return ""
    return ""
