"""One connection with pipelines under way: the next is sent while the last is answered.

write → the socket → Redis → read, in order. When the connection breaks, everything under way fails
with it, and the line is over: its owner makes another.
"""

from collections import deque
from collections.abc import Sequence
from typing import Any

import gevent
import redis
from gevent.event import AsyncResult

from cockpit.errors import OpsError

# PERF: while Redis works at one pipeline, the next wait in its buffer; a fourth gains nothing.
_UNDER_WAY = 3


class Line:
    """A connection of redis-py, made and connected by the caller.

    Args:
        connection: `redis.Connection`, connected.
    """

    def __init__(self, connection: Any) -> None:
        self.is_over = False
        self._connection = connection
        self._flights: deque[deque[AsyncResult]] = deque()
        self._reader: gevent.Greenlet | None = None

    @property
    def is_full(self) -> bool:
        """Whether as many pipelines are under way as may be."""
        return len(self._flights) >= _UNDER_WAY

    def write(self, commands: Sequence[bytes], results: Sequence[AsyncResult]) -> None:
        """Send packed commands as one pipeline; each result gets its reply, or the error."""
        self._flights.append(deque(results))
        if self.is_over:
            # redis-py would connect again by itself.
            self.end(OpsError("Redis is away: the connection is over"))
            return
        try:
            self._connection.send_packed_command([b"".join(commands)])
        except (redis.RedisError, OSError) as error:
            self.end(OpsError(f"Redis is away: {error}"))
        except BaseException:
            self.end(OpsError("stopping"))
            raise
        if self._reader is None and not self.is_over:
            self._reader = gevent.spawn(self._read)

    def wait(self) -> None:
        """Wait until a pipeline is answered, if one is under way."""
        if self._flights:
            self._flights[0][-1].wait()

    def end(self, error: Exception) -> None:
        """Close the connection; what is under way gets the error."""
        self.is_over = True
        flights, self._flights = self._flights, deque()
        self._connection.disconnect()
        for flight in flights:
            for result in flight:
                result.set(error)

    def _read(self) -> None:
        try:
            while self._flights:
                self._answer(self._flights[0])
        except (redis.RedisError, OSError) as error:
            self.end(OpsError(f"Redis is away: {error}"))
        except BaseException as error:
            # Whatever it was, all that wait must wake.
            self.end(error if isinstance(error, Exception) else OpsError("stopping"))
            if not isinstance(error, Exception):
                raise
        finally:
            self._reader = None

    def _answer(self, flight: deque[AsyncResult]) -> None:
        while flight:
            reply = _reply(self._connection)
            if len(flight) == 1 and self._flights:
                self._flights.popleft()
            flight.popleft().set(reply)


def _reply(connection: Any) -> Any:
    try:
        return connection.read_response()
    except redis.ResponseError as error:
        return error
