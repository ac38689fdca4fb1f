"""How long events live: `log.keep`, or less when the log outgrows `log.max_bytes`.

Jobs, trails and stored mail live as long as their event. What somebody still works on, and what
died, stays.
"""

from collections.abc import Callable

from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script

_STEP = 200


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
        while self.size_bytes() > self._max_bytes and (more := self._oldest_tenth()):
            trimmed += more
        return trimmed

    def size_bytes(self) -> int:
        """Sum what the topics take in Redis."""
        sizes = self._pipe.calls([("MEMORY", "USAGE", topic) for topic in keys.TOPICS])
        return sum(size or 0 for size in sizes)

    def _walk(self, topic: str, since_ms: int) -> int:
        trimmed, start = 0, "0-0"
        while start:
            reply = self._pipe.run(self._trim, (topic,), (start, since_ms, _STEP))
            start = reply[0].decode()
            trimmed += reply[1]
            for ref in reply[2]:
                self._forget(ref.decode())
        return trimmed

    def _oldest_tenth(self) -> int:
        trimmed = 0
        for topic in keys.TOPICS:
            length = self._pipe.call("XLEN", topic)
            rows = self._pipe.call("XRANGE", topic, "-", "+", "COUNT", min(length // 10 + 1, 1000))
            if rows:
                newest_ms = int(rows[-1][0].split(b"-")[0])
                trimmed += self._walk(topic, newest_ms + 1)
        return trimmed
