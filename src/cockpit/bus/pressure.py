"""How full Redis is: from 80 % on the doors answer "later", so that accepted work can finish."""

from collections.abc import Callable

from cockpit.bus.pipe import Pipe
from cockpit.errors import OpsError

CLOSE_AT = 0.8


class Pressure:
    """The measured use of memory.

    Args:
        on_change: Told whether the doors are closed now, and the share used (0 to 1).
    """

    def __init__(self, pipe: Pipe, *, on_change: Callable[[bool, float], None]) -> None:
        self._pipe = pipe
        self._on_change = on_change
        self.used = 0.0
        self.used_bytes = 0
        self.is_closed = False

    def measure(self) -> None:
        """Ask Redis; called by the timers once a second."""
        text = self._pipe.call("INFO", "memory").decode()
        info = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
        limit = int(info.get("maxmemory", "0"))
        self.used_bytes = int(info["used_memory"])
        self.used = self.used_bytes / limit if limit else 0.0
        closed = self.used >= CLOSE_AT
        if closed != self.is_closed:
            self.is_closed = closed
            self._on_change(closed, self.used)

    def admit(self) -> None:
        """Let a door accept, or not.

        Raises:
            OpsError: Redis is nearly full.
        """
        if self.is_closed:
            raise OpsError(f"Redis uses {self.used:.0%} of its memory: try again later")
