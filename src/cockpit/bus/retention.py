"""How long events live: `log.keep`, or less when the log outgrows `log.max_bytes`.

Jobs, trails and stored mail live as long as their event. What somebody still works on, and what
died, stays.
"""

from collections.abc import Callable

from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script

_STEP = 200
_BEGIN = "0-0"
_NEVER_MS = 2**53


class Retention:
    """Trims the log.

    Args:
        keep_s: Age in seconds from which a finished event goes.
        max_bytes: Size of all topics from which finished events go whatever their age.
        forget: Called with `<space>/<digest>` of each stor object that no event links any more.
    """

    def __init__(
        self, pipe: Pipe, *, keep_s: float, max_bytes: int, forget: Callable[[str], None]
    ) -> None:
        self._pipe = pipe
        self._keep_s = keep_s
        self._max_bytes = max_bytes
        self._forget = forget
        self._trim = Script("cockpit.bus", "trim")

    def trim(self, now: float) -> int:
        """Trim once over all topics and return how many events went.

        Args:
            now: Epoch in seconds.
        """
        since_ms = int((now - self._keep_s) * 1000)
        trimmed = sum(self._walk(topic, since_ms) for topic in keys.TOPICS)
        return trimmed + self._shrink()

    def size_bytes(self) -> int:
        """Sum what the topics take in Redis."""
        sizes = self._pipe.calls([("MEMORY", "USAGE", topic) for topic in keys.TOPICS])
        return sum(size or 0 for size in sizes)

    def _walk(self, topic: str, since_ms: int) -> int:
        trimmed, start = 0, _BEGIN
        while start:
            start, more = self._step(topic, start, since_ms, _STEP)
            trimmed += more
        return trimmed

    def _shrink(self) -> int:
        """Trim from the oldest on, a tenth of each topic at a time, until the log fits.

        What cannot go is passed over, so that the dead at the front hold up nothing.
        """
        trimmed, starts = 0, dict.fromkeys(keys.TOPICS, _BEGIN)
        while starts and self.size_bytes() > self._max_bytes:
            for topic, start in list(starts.items()):
                count = min(self._pipe.call("XLEN", topic) // 10 + 1, _STEP)
                starts[topic], more = self._step(topic, start, _NEVER_MS, count)
                trimmed += more
                if not starts[topic]:
                    del starts[topic]
        return trimmed

    def _step(self, topic: str, start: str, since_ms: int, count: int) -> tuple[str, int]:
        """Look at some entries after `start`; return where to go on ("" = done), and what went."""
        reply = self._pipe.run(self._trim, (topic,), (start, since_ms, count))
        for ref in reply[2]:
            self._forget(ref.decode())
        return reply[0].decode(), reply[1]
