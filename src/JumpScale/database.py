"""`j.core.db`: the robot's Redis while an action runs, and a clear refusal everywhere else.

The robot lends its connection with `bind`; nothing here opens one. Replies are bytes, as the
clients of AYS 8 gave them.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar, Token
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from cockpit.errors import OpsError
from JumpScale.namespace import absent

Call = Callable[..., Any]
Webhooks = Callable[[], Mapping[str, bytes]]

# Commands whose arguments and replies are the same in every client.
_PLAIN = (
    "append", "decr", "decrby", "exists", "expire", "get", "getset", "hexists", "hincrby",
    "hkeys", "hlen", "hsetnx", "hvals", "incr", "incrby", "keys", "lindex", "llen", "lpop",
    "lpush", "lrange", "lrem", "lset", "ltrim", "persist", "publish", "rename", "rpop", "rpush",
    "sadd", "scard", "setex", "setnx", "sismember", "smembers", "srem", "ttl", "type", "zcard",
    "zrem", "zscore",
)  # fmt: skip
_WEBHOOKS = "webhooks"


class Bound:
    """A connection that is lent until `close`, or until the end of its `with`."""

    def __init__(self, call: Call, webhooks: Webhooks | None) -> None:
        self.call = call
        self._webhooks = webhooks
        self._token: Token[Any] | None = _lent.set(self)

    @cached_property
    def webhooks(self) -> dict[str, bytes]:
        """The payloads that were not deleted yet."""
        return dict(self._webhooks()) if self._webhooks else {}

    def close(self) -> None:
        """Take the connection back; the one lent before holds again."""
        if self._token is not None:
            _lent.reset(self._token)
            self._token = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()


_lent: ContextVar[Bound | None] = ContextVar("lent", default=None)


def bind(call: Call, webhooks: Webhooks | None = None) -> Bound:
    """Lend a connection to the action that runs in this greenlet or thread.

    Args:
        call: Runs one command and returns its reply: `call("HGET", "visits", "ann")`.
        webhooks: Gives key → JSON of a payload, which `hget("webhooks", key)` answers before Redis
            is asked: an event of today carries its payload itself.
    """
    return Bound(call, webhooks)


class Database:
    """Redis by the names of its commands: `j.core.db.incr("visits")`."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        if name not in _PLAIN:
            raise absent(f"j.core.db.{name}")

        def command(*args: Any) -> Any:
            return _call(name.upper(), *args)

        return command

    def execute_command(self, *command: Any) -> Any:
        """Run any command and return its reply as Redis gave it.

        Raises:
            OpsError: No action runs here, or Redis is away.
        """
        return _call(*command)

    def hget(self, name: str, key: str) -> Any:
        """Return a field of a hash, or None; in `webhooks` also a payload kept for this action."""
        if name == _WEBHOOKS and key in (kept := _current().webhooks):
            return kept[key]
        return _call("HGET", name, key)

    def hdel(self, name: str, *keys: str) -> int:
        """Delete fields of a hash and return how many there were."""
        kept = _current().webhooks if name == _WEBHOOKS else {}
        gone = [key for key in keys if kept.pop(key, None) is not None]
        rest = [key for key in keys if key not in gone]
        return len(gone) + (int(_call("HDEL", name, *rest)) if rest else 0)

    def hset(self, name: str, key: str, value: Any) -> int:
        """Set a field of a hash; 1 when it is new."""
        return int(_call("HSET", name, key, value))

    def hgetall(self, name: str) -> dict[Any, Any]:
        """Return a hash as a mapping."""
        return _pairs(_call("HGETALL", name))

    def set(self, name: str, value: Any, ex: int | None = None, nx: bool = False) -> bool:
        """Set a value.

        Args:
            ex: Forget it after so many seconds.
            nx: Only when there is none; False when there was.
        """
        options: list[Any] = [] if ex is None else ["EX", ex]
        return _call("SET", name, value, *options, *(["NX"] if nx else [])) is not None

    def delete(self, *names: str) -> int:
        """Delete keys and return how many there were."""
        return int(_call("DEL", *names))


db = Database()


def _current() -> Bound:
    lent = _lent.get()
    if lent is None:
        raise OpsError("j.core.db: no action runs here, and only an action is lent a Redis")
    return lent


def _call(*command: Any) -> Any:
    return _current().call(*command)


def _pairs(reply: Any) -> dict[Any, Any]:
    flat = list(reply)
    return dict(zip(flat[::2], flat[1::2], strict=True))
