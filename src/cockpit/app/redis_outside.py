"""Judges a Redis that we did not start: may it lose what we said OK to?"""

from typing import Any, Protocol

import redis

from cockpit.errors import OpsError


class Informed(Protocol):
    """What is needed of a client of redis-py."""

    def info(self, section: str) -> dict[str, Any]:
        """Return one section of INFO."""


def check_outside(client: Informed) -> list[str]:
    """Return one warning per way in which this Redis may lose events; none is good.

    INFO tells it; CONFIG is often closed on a hosted Redis.

    Raises:
        OpsError: It does not answer.
    """
    try:
        persistence, memory = client.info("persistence"), client.info("memory")
    except (redis.RedisError, OSError) as error:
        raise OpsError(f"Redis is away: {error}") from error
    warnings = []
    if not int(persistence.get("aof_enabled", 0)):
        warnings.append(
            "AOF is off in this Redis: a crash loses accepted events; set appendonly yes"
        )
    policy = memory.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        warnings.append(
            f"maxmemory-policy is {policy} in this Redis: it drops events and jobs when memory is "
            "short; set maxmemory-policy noeviction"
        )
    return warnings
