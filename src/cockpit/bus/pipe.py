"""One connection that carries the calls of all greenlets.

Theory of operation: a call queues its command and waits. The first call of a hub tick wakes the
flusher, which runs once all greenlets of this tick had their turn, sends everything queued as one
pipeline; the line reads the replies and wakes the callers. While three pipelines are under way the
next one fills, so under load batches grow by themselves, and with AOF `always` one fsync serves a
batch.

Rule 1: nothing here blocks on purpose (BLPOP, XREAD BLOCK): blocking reads own a connection.
Rule 2: a broken connection fails every call in flight; their outcome is unknown, so callers
        repeat only what an idempotency mark or a job's key protects.
"""

import hashlib
import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import gevent
import hiredis
import redis
from gevent.event import AsyncResult
from redis.backoff import NoBackoff
from redis.retry import Retry

from cockpit.bus.line import Line
from cockpit.errors import InputError, OpsError

_INCLUDE = re.compile(r"^--#include (?:([\w.]+)/)?(\w+)$", re.MULTILINE)
_CONNECT_TIMEOUT_S = 2.0
_REPLY_TIMEOUT_S = 10.0
# Replies by which Redis says that it, not the command, is in trouble.
_TROUBLE = re.compile(r"\b(OOM|MISCONF|LOADING|READONLY|BUSY|MASTERDOWN|NOREPLICAS|CLUSTERDOWN)\b")
_TROUBLES = (
    redis.exceptions.BusyLoadingError,
    redis.exceptions.OutOfMemoryError,
    redis.exceptions.ReadOnlyError,
)


# They change or hold the connection that all greenlets share.
_OWN_CONNECTION = (
    "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "MONITOR", "MULTI", "EXEC", "DISCARD", "WATCH",
    "UNWATCH", "SELECT", "AUTH", "HELLO", "RESET", "QUIT", "WAIT", "WAITAOF", "BLPOP", "BRPOP",
    "BLMOVE", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX", "BLMPOP", "BZMPOP",
)  # fmt: skip


class Script:
    """A Lua script beside the package that uses it, named by its file.

    `--#include name` puts a file beside it in front, `--#include package/name` that of another.
    """

    def __init__(self, package: str, name: str) -> None:
        folder = resources.files(package) / "lua"
        text = (folder / f"{name}.lua").read_text()
        for place, shared in reversed(_INCLUDE.findall(text)):
            beside = resources.files(place) / "lua" if place else folder
            text = (beside / f"{shared}.lua").read_text() + text
        self.name = name
        self.text = text.encode()
        self.sha = hashlib.sha1(self.text, usedforsecurity=False).hexdigest().encode()


def client(url: str, *, reply_timeout_s: float = _REPLY_TIMEOUT_S) -> redis.Redis:
    """Return a client for blocking reads and rare calls, without hidden retries.

    redis-py 8 retries and times out by defaults that suit neither: both are set here.

    Raises:
        InputError: The URL is none of a Redis.
    """
    try:
        return redis.Redis.from_url(
            url,
            protocol=2,
            socket_connect_timeout=_CONNECT_TIMEOUT_S,
            socket_timeout=reply_timeout_s,
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError as error:
        raise InputError(f"Redis URL {url!r}: {error}") from error


class Pipe:
    """The calls of all greenlets to one Redis, one pipeline per hub tick.

    Args:
        url: `redis://…`, `rediss://…` or `unix:///path`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool = client(url).connection_pool
        self._line: Line | None = None
        self._queue: list[tuple[bytes, AsyncResult]] = []
        self._flusher: gevent.Greenlet | None = None

    def call(self, *command: Any) -> Any:
        """Run one command and return its reply (bytes, int, list or None).

        Raises:
            InputError: The command needs a connection of its own (SUBSCRIBE, MULTI, BLPOP, …).
            OpsError: Redis is away, full or loading.
        """
        return self.begin(*command)()

    def begin(self, *command: Any) -> Callable[[], Any]:
        """Send one command, and return what waits for its reply: so it shares a fsync with more.

        Raises:
            InputError: As `call`; what is returned raises as `call` does.
        """
        _check(command)
        result = self._send(command)

        def wait() -> Any:
            reply = result.get()
            if isinstance(reply, Exception):
                raise judged(reply)
            return reply

        return wait

    def calls(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        """Run several commands in one pipeline; the first error is raised."""
        for command in commands:
            _check(command)
        waiting = [self._send(command) for command in commands]
        replies = [result.get() for result in waiting]
        for reply in replies:
            if isinstance(reply, Exception):
                raise judged(reply)
        return replies

    def run(self, script: Script, keys: tuple[Any, ...] = (), args: tuple[Any, ...] = ()) -> Any:
        """Run a script by its digest; sent whole when Redis does not know it (yet, or any more)."""
        reply = self._send((b"EVALSHA", script.sha, len(keys), *keys, *args)).get()
        if isinstance(reply, redis.exceptions.NoScriptError):
            reply = self._send((b"EVAL", script.text, len(keys), *keys, *args)).get()
        if isinstance(reply, Exception):
            raise judged(reply)
        return reply

    def close(self) -> None:
        """Close the connection; calls in flight fail."""
        if self._line is not None:
            self._line.end(OpsError("Redis is away: the connection was closed here"))

    def _send(self, command: tuple[Any, ...]) -> AsyncResult:
        packed = _packed(command)
        result = AsyncResult()
        self._queue.append((packed, result))
        if self._flusher is None:
            self._flusher = gevent.spawn(self._flush)
        return result

    def _flush(self) -> None:
        try:
            while self._queue:
                line = self._connected()
                if line is None:
                    continue
                if line.is_full:
                    line.wait()
                    continue
                batch, self._queue = self._queue, []
                line.write([packed for packed, _ in batch], [result for _, result in batch])
        finally:
            self._flusher = None

    def _connected(self) -> Line | None:
        """Return a line that works; without one, everything queued fails."""
        if self._line is not None and not self._line.is_over:
            return self._line
        try:
            connection = self._pool.make_connection()
            connection.connect()
            self._line = Line(connection)
        except BaseException as error:
            self._fail(error)
            if not isinstance(error, (redis.RedisError, OSError)):
                raise
            return None
        return self._line

    def _fail(self, error: BaseException) -> None:
        batch, self._queue = self._queue, []
        for _, result in batch:
            result.set(OpsError(f"Redis is away: {error}"))


def _check(command: tuple[Any, ...]) -> None:
    name = command[0] if command else ""
    if not isinstance(name, str):
        return
    waits = name[:5].upper() == "XREAD" and any(str(word).upper() == "BLOCK" for word in command)
    if waits or name.upper() in _OWN_CONNECTION:
        raise InputError(f"{name} needs a connection of its own; this one is shared")


def _packed(command: tuple[Any, ...]) -> bytes:
    try:
        # PERF: redis-py packs by the same library, after looking at each argument in Python.
        return hiredis.pack_command(command)  # type: ignore[no-any-return] # no annotations
    except (TypeError, ValueError) as error:
        raise InputError(f"Redis command {command[:1]!r:.80}: {error}") from error


def judged(error: Exception) -> Exception:
    """Return a reply's error as what it is: an OpsError when Redis itself is in trouble."""
    is_reply = isinstance(error, redis.ResponseError)
    if isinstance(error, _TROUBLES) or (is_reply and _TROUBLE.search(str(error))):
        return OpsError(f"Redis refuses: {error}")
    return error
