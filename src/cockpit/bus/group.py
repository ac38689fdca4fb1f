"""Reading the log as one consumer of a group.

The reader holds a lease, so one consumer name serves whoever reads now: a new holder first gets
what the last one left pending (reclaim without waiting), then what is new.
"""

from collections.abc import Sequence
from typing import Any

import redis

from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script, client
from cockpit.errors import OpsError

_BLOCK_MS = 5_000
_BURY_AFTER = 10


class Group:
    """A consumer group over all topics, or some.

    Args:
        pipe: The shared connection, for everything that does not block.
        name: `robot` or `telegram`; no other group may exist.
        topics: The streams to read, `ckpt.<type>`.
    """

    def __init__(self, pipe: Pipe, name: str, *, topics: Sequence[str] = keys.TOPICS) -> None:
        self.name = name
        self._pipe = pipe
        self._topics = tuple(topics)
        self._bury = Script("cockpit.bus", "bury")
        # Its own connection: a blocked read would hold everybody else's calls.
        self._client = client(pipe.url, reply_timeout_s=_BLOCK_MS / 1000 + 5)

    def ensure(self) -> None:
        """Create the group where it is missing, reading from the first entry, never from `$`.

        Jobs are named by what caused them, so reading again makes nothing twice.
        """
        for topic in self._topics:
            try:
                self._pipe.call("XGROUP", "CREATE", topic, self.name, "0", "MKSTREAM")
            except redis.ResponseError as error:
                if "BUSYGROUP" not in str(error):
                    raise

    def pending(self, count: int) -> list[tuple[str, list[Any]]]:
        """Return entries that were delivered and never acknowledged, `[(topic, entries)]`.

        Raises:
            OpsError: Redis is away.
        """
        return self._read("0", count, block_ms=None)

    def read(self, count: int, *, block_ms: int = _BLOCK_MS) -> list[tuple[str, list[Any]]]:
        """Wait for new entries; empty after `block_ms` without any.

        Raises:
            OpsError: Redis is away.
        """
        return self._read(">", count, block_ms=block_ms)

    def acknowledge(self, topic: str, entries: Sequence[bytes]) -> None:
        """Acknowledge entries whose next durable step is done."""
        self._pipe.call("XACK", topic, self.name, *entries)

    def bury_hopeless(self) -> list[str]:
        """Move pending entries that failed again and again to `cockpit:dead`; return their ids."""
        buried = []
        for topic in self._topics:
            rows = self._pipe.call("XPENDING", topic, self.name, "-", "+", 100)
            for entry, _consumer, _idle, deliveries in rows:
                if deliveries > _BURY_AFTER:
                    event_id = f"{topic.removeprefix('ckpt.')}-{entry.decode()}"
                    reason = f"not dispatched after {deliveries} deliveries"
                    self._pipe.run(self._bury, (topic,), (self.name, entry, event_id, reason))
                    buried.append(event_id)
        return buried

    def leave(self) -> None:
        """Give up the group, so that it holds nothing in the log any more."""
        for topic in self._topics:
            self._pipe.call("XGROUP", "DESTROY", topic, self.name)

    def close(self) -> None:
        """Close the reading connection; a blocked read ends."""
        self._client.connection_pool.disconnect()

    def _read(self, start: str, count: int, *, block_ms: int | None) -> list[tuple[str, list[Any]]]:
        # One consumer name: see the module's docstring.
        command: list[Any] = ["XREADGROUP", "GROUP", self.name, self.name, "COUNT", count]
        if block_ms is not None:
            command += ["BLOCK", block_ms]
        command += ["STREAMS", *self._topics, *([start] * len(self._topics))]
        try:
            reply = self._client.execute_command(*command, NEVER_DECODE=True)
        except redis.ResponseError as error:
            if "NOGROUP" in str(error):
                self.ensure()
                return []
            raise OpsError(f"Redis refuses: {error}") from error
        except (redis.RedisError, OSError) as error:
            self.close()
            raise OpsError(f"Redis is away: {error}") from error
        return [(topic.decode(), entries) for topic, entries in _rows(reply) if entries]


def _rows(reply: Any) -> list[tuple[bytes, list[Any]]]:
    return [(row[0], [[e[0], _flat(e[1])] for e in row[1]]) for row in reply or []]


def _flat(fields: Any) -> list[bytes]:
    # redis-py makes a dict of an entry's fields; the log reads them as they came.
    if isinstance(fields, dict):
        return [part for pair in fields.items() for part in pair]
    return fields or []
