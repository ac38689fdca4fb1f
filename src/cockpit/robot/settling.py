"""Records the outcomes of one hub tick in one call: Redis does most work of a job here.

settle (any greenlet) → the batch of this tick → settle.lua → each greenlet its reply
"""

from collections.abc import Iterator
from itertools import islice

import gevent
import msgspec
import redis
from gevent.event import AsyncResult

from cockpit.bus import Pipe, Script
from cockpit.bus.pipe import judged

Row = tuple[str, str, int, str, int, bool, bool, str, list[str], str, str]
_Batch = list[tuple[Row, AsyncResult]]

_Reply = list[bytes] | Exception

_MOST = 200
_BROKEN = b"broken: "
# How many texts hand.lua tells of a job.
HANDED = 7


class Settling:
    """Batches of one Redis; each robot has its own."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._settle = Script("cockpit.robot", "settle")
        self._batches: dict[str, _Batch] = {}

    def settle(self, robot: str, row: Row) -> list[bytes]:
        """Record one outcome; returns the next job as hand.lua tells it, or nothing.

        Raises:
            OpsError: Redis is away; whether it was recorded is not known.
            redis.ResponseError: This outcome cannot be recorded.
        """
        result = AsyncResult()
        batch = self._batches.setdefault(robot, [])
        batch.append((row, result))
        if len(batch) == 1:
            gevent.spawn(self._flush, robot)
        elif len(batch) == _MOST:
            del self._batches[robot]
            gevent.spawn(self._exchange, robot, batch)
        reply: _Reply = result.get()
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _flush(self, robot: str) -> None:
        if batch := self._batches.pop(robot, None):
            self._exchange(robot, batch)

    def _exchange(self, robot: str, batch: _Batch) -> None:
        try:
            replies = self._run(robot, [row for row, _ in batch])
        except Exception as error:  # noqa: BLE001 - whatever it was, each greenlet must wake
            replies = [error] * len(batch)
        for (_, result), reply in zip(batch, replies, strict=True):
            result.set(reply)

    def _run(self, robot: str, rows: list[Row]) -> list[_Reply]:
        flat = self._pipe.run(self._settle, (), (robot, msgspec.msgpack.encode(rows)))
        return list(_split(flat))


def _split(flat: list[bytes]) -> Iterator[_Reply]:
    rest = iter(flat)
    for word in rest:
        if word in (b"", b"stale"):
            yield []
        elif word.startswith(_BROKEN):
            yield judged(redis.ResponseError(word.decode("utf-8", "replace")))
        else:
            yield [word, *islice(rest, HANDED - 1)]
