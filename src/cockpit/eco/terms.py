"""What a cockpit says to all that send it ecos: how many it keeps, and where they happen.

The cockpit writes it at its start and each minute; handlers in other programs read it.
"""

import msgspec
import redis

from cockpit.bus import Pipe, keys
from cockpit.eco.kept import Limits
from cockpit.eco.node import Node


class Terms(msgspec.Struct, frozen=True):
    """See `[eco]` and `[node]` in docs/configuration.md."""

    limits: Limits = Limits()
    node: Node = Node()


def write(pipe: Pipe, terms: Terms) -> None:
    """Tell them.

    Raises:
        OpsError: Redis is away.
    """
    pipe.call("SET", keys.ECO_TERMS, msgspec.json.encode(terms))


def read(server: redis.Redis) -> Terms:
    """Return what a cockpit told; the defaults where none did yet, or another version of it.

    Raises:
        redis.RedisError: Redis is away.
    """
    raw = server.get(keys.ECO_TERMS)
    try:
        return msgspec.json.decode(raw, type=Terms) if isinstance(raw, bytes) else Terms()
    except msgspec.MsgspecError:
        return Terms()
