"""Which actions are disabled: they are few, so whoever matches events knows all of them.

The states of the services are the truth; the set `cockpit:disabled` says where to look.
"""

from collections.abc import Set as AbstractSet
from functools import cache

from cockpit.bus import Pipe, Script, keys

STATE = "disabled"


def note(pipe: Pipe, service: str, action: str, state: str) -> None:
    """Note a state that was written; the index of subscriptions is renewed when it has to be.

    Args:
        service: `<repo>/<role>!<instance>`.
    """
    pipe.run(_script(), (), (service, action, state))


def read(pipe: Pipe) -> AbstractSet[tuple[str, str]]:
    """Return the disabled actions, each behind the path of its service."""
    members = pipe.call("SMEMBERS", keys.DISABLED)
    found = [tuple(member.decode().split(" ", 1)) for member in members]
    states = pipe.calls([("HGET", keys.state(service), action) for service, action in found])
    return {
        (service, action)
        for (service, action), state in zip(found, states, strict=True)
        if state == STATE.encode()
    }


@cache
def _script() -> Script:
    return Script("cockpit.robot", "disable")
