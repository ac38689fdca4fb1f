"""How many events there were, are, and wait: counted in Redis at once."""

import msgspec

from cockpit import events
from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script

_LOOK_AT = 100
_FIGURES = 4


class Counted(msgspec.Struct, frozen=True):
    """The figures of one type.

    Attributes:
        stored: Entries ever stored; it never falls, and restarts do not change it.
        kept: Entries that are in the log now.
        waiting: Entries that the group has not acknowledged. Redis 6 does not tell how many are
            unread: there 100 of them are counted at most.
        oldest_s: Age of the oldest of them; 0 when none waits.
    """

    stored: int
    kept: int
    waiting: int
    oldest_s: float


class Census:
    """Counts the log as one consumer group sees it."""

    def __init__(self, pipe: Pipe, group: str) -> None:
        self._pipe = pipe
        self._group = group
        self._census = Script("cockpit.bus", "census")

    def take(self) -> dict[str, Counted]:
        """Count each type.

        Raises:
            OpsError: Redis is away.
        """
        flat = self._pipe.run(self._census, keys.TOPICS, (self._group, _LOOK_AT))
        rows = [flat[i : i + _FIGURES] for i in range(0, len(flat), _FIGURES)]
        return {
            type_: Counted(kept + removed, kept, waiting, oldest_ms / 1000)
            for type_, (kept, removed, waiting, oldest_ms) in zip(events.TYPES, rows, strict=True)
        }
