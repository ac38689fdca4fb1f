"""An alarm as an action receives it: with the service that it names at hand.

See: issue 5, `event.origin`.
"""

from collections.abc import Callable
from typing import Any

from cockpit import events
from cockpit.bus import Pipe, keys


class AlarmAtHand(events.Alarm, frozen=True, kw_only=True, tag="alarm", dict=True):
    """An alarm that also knows its `origin`; looked for when it is first asked for."""

    @property
    def origin(self) -> Any:
        """The service that the alarm names; None when there is none, or several are called so."""
        known = self.__dict__
        if "origin" not in known:
            known["origin"] = known["find"]()
        return known["origin"]


def at_hand(alarm: events.Alarm, find: Callable[[], Any]) -> AlarmAtHand:
    """Return an alarm with its origin.

    Args:
        find: Returns the service that it names, or None.
    """
    made = AlarmAtHand(**{name: getattr(alarm, name) for name in events.Alarm.__struct_fields__})
    made.__dict__["find"] = find
    return made


def place_of(alarm: events.Alarm, repo: str, pipe: Pipe) -> tuple[str, str] | None:
    """Return repository and key of the service that an alarm names; None when that is nobody.

    The repository that the alarm says counts, else that of whoever listens, else the only one that
    has a service of this name.

    Args:
        repo: That of whoever listens.

    Raises:
        OpsError: Redis is away.
    """
    said = alarm.meta.get("repo")
    near = said if isinstance(said, str) and said else repo
    if pipe.call("HEXISTS", keys.SERVICES, f"{near}/{alarm.service}"):
        return near, alarm.service
    if said:
        return None
    names = (raw.decode() for raw in pipe.call("HKEYS", keys.SERVICES))
    found = [name for name in names if name.partition("/")[2] == alarm.service]
    return (found[0].partition("/")[0], alarm.service) if len(found) == 1 else None
