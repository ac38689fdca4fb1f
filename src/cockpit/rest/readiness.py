"""Whether a cockpit can do its work now, and in words why not. Pure."""

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec


class DoorState(msgspec.Struct, frozen=True, kw_only=True):
    """One door.

    Attributes:
        state: `open`, `closed`, or `elsewhere`: another machine of this cockpit has it.
        last_receive_age_s: Seconds since it took something in; null when it did not since the
            start.
    """

    state: Literal["open", "closed", "elsewhere"]
    last_receive_age_s: float | None


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """Whether this cockpit can do its work now.

    Attributes:
        ready: What comes in now is stored, and acted on.
        reasons: Why not, in words; empty when it is ready.
        doors: Each door by its name: `smtp`, `http`, `bridge`.
        redis: Whether Redis answers.
        dispatching: Whether events become jobs, on this machine or another.
        robots: How many processes that run actions are alive.
        memory_used: The share of its memory that Redis uses, 0 to 1; 0 when it has no limit.
    """

    ready: bool
    reasons: list[str]
    doors: Mapping[str, DoorState]
    redis: bool
    dispatching: bool
    robots: int
    memory_used: float


def judge(
    doors: Mapping[str, DoorState],
    *,
    trouble: str,
    dispatching: bool,
    robots: int,
    memory_used: float,
    memory_short: bool,
) -> Readiness:
    """Say whether a cockpit is ready.

    Args:
        trouble: Why Redis does not answer; "" when it does.
        dispatching: Whether somebody dispatches, as far as is known without Redis.
        robots: How many are alive; unknown, so not judged, without Redis.
        memory_short: Whether the doors say "later" until there is room again.
    """
    reasons = list(_closed(doors))
    if trouble:
        reasons.append(trouble)
    elif not dispatching:
        reasons.append("no dispatcher runs: events are stored and wait")
    if not (trouble or robots):
        reasons.append("no robot is alive: jobs wait")
    if memory_short:
        reasons.append(f"Redis uses {memory_used:.0%} of its memory: the doors answer later")
    return Readiness(
        ready=not reasons,
        reasons=reasons,
        doors=doors,
        redis=not trouble,
        dispatching=dispatching,
        robots=robots,
        memory_used=round(memory_used, 4),
    )


def _closed(doors: Mapping[str, DoorState]) -> Iterator[str]:
    for name, door in doors.items():
        if door.state == "closed":
            yield f"the door {name} is closed"
