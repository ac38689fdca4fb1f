"""What `cockpit status` shows: doors, robots, memory, counts, and what a person should know."""

import time
from typing import Any

import msgspec

from cockpit.access.directory import Directory
from cockpit.app.current import Reading
from cockpit.app.engine import Engine
from cockpit.app.hands import Hands
from cockpit.bus import Outbox, Pipe, Rejections, keys
from cockpit.robot import Messages
from cockpit.smtp import Door
from cockpit.telegram import State


def status(
    pipe: Pipe,
    hands: Hands,
    engine: Engine,
    *,
    version: str,
    addresses: dict[str, str],
    door: Door | None,
    telegram: State,
    reading: Reading,
) -> dict[str, Any]:
    """Return the state of this cockpit as JSON-ready values."""
    robots = _robots(pipe)
    return {
        "version": version,
        "epoch": int(time.time()),
        "doors": {
            "smtp": {
                "address": addresses.get("smtp", ""),
                "last_receive": int(door.last_receive_epoch) if door else 0,
                **(door.counters if door else {}),
            },
            "http": {"address": addresses.get("http", "")},
            "bridge": {
                "listening": engine.is_bridge_listening,
                "absences": engine.bridge_absences,
            },
            "telegram": msgspec.to_builtins(telegram),
        },
        "settings": msgspec.to_builtins(reading),
        "dispatching": engine.is_dispatching,
        "repos": hands.catalog.repos(),
        "robots": robots,
        "memory": {
            "used_bytes": engine.pressure.used_bytes,
            "used": round(engine.pressure.used, 4),
            "doors_closed": engine.pressure.is_closed,
        },
        "counts": _counts(pipe, hands),
        "notes": [
            *_waiting(pipe, robots),
            *hands.catalog.problems(),
            *Directory(pipe).strangers(),
        ],
    }


def _counts(pipe: Pipe, hands: Hands) -> dict[str, Any]:
    return {
        "jobs": hands.jobs.counts(),
        "events": hands.log.counts(),
        "outbox": Outbox(pipe).count(),
        "held": len(Messages(pipe).held()),
        "alarms": hands.alarms.figures(),
        "ecos": hands.log.ledger.figures(),
        "rejected": Rejections(pipe).count(),
        "repeats": int(pipe.call("HGET", keys.COUNTS, "repeats") or 0),
    }


def _robots(pipe: Pipe) -> list[dict[str, Any]]:
    names = [name.decode() for name in pipe.call("ZRANGE", keys.ROBOTS, 0, -1)]
    rows = pipe.calls([("GET", keys.robot(name)) for name in names])
    return [
        {"name": name, **msgspec.json.decode(raw)}
        for name, raw in zip(names, rows, strict=True)
        if raw is not None
    ]


def _waiting(pipe: Pipe, robots: list[dict[str, Any]]) -> list[str]:
    """Say which repositories have work that no robot can take."""
    served = {repo for robot in robots for repo in robot.get("repos", [])}
    services = [name.decode() for name in pipe.call("HKEYS", keys.SERVICES)]
    repos = sorted({service.partition("/")[0] for service in services} - served)
    counts = pipe.calls([("LLEN", keys.ready(repo)) for repo in repos])
    return [
        f"{count} services of repository {repo} wait: no robot has that repository"
        for repo, count in zip(repos, counts, strict=True)
        if count
    ]
