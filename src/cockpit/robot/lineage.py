"""What the robot says of itself in what it publishes about a job: where it came from."""

from typing import Any

from cockpit import events
from cockpit.errors import InputError
from cockpit.robot.asking import MAX_HOPS, hops_of
from cockpit.robot.job import Taken


def meta(taken: Taken) -> dict[str, Any]:
    """Return the meta of an event that a job leads to."""
    return {"source": "robot", "parent": taken.event, "job": taken.job, "hops": _hops(taken) + 1}


def is_cut(taken: Taken) -> bool:
    """Tell whether a chain of events ends here."""
    # One more than actions may: where a chain is cut, an eco tells of it.
    return _hops(taken) > MAX_HOPS


def _hops(taken: Taken) -> int:
    try:
        return hops_of(events.decode(taken.raw)) if taken.raw else 0
    except InputError:
        return 0
