"""Inboxes, the ready queue and leases: Redis structures that only Lua moves."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from cockpit.bus import Pipe, Script, keys
from cockpit.robot.job import Taken, Try
from cockpit.robot.settling import HANDED, Settling

LEASE_S = 30.0


class Outcome(msgspec.Struct, frozen=True):
    """How an attempt ended.

    Attributes:
        state: `ok`, `error` (again after `delay_s`), `dead`, or `waiting` for an answer.
        strict: The service waits for this job's retry.
        conceal: Takes secrets out of a text that tells of the attempt.
        fields: What the job's record keeps of it: output, result, error, traceback.
    """

    state: str
    fields: dict[str, str] = {}
    delay_s: float = 0
    strict: bool = False
    tried: Try | None = None
    conceal: Callable[[str], str] = str


class Due(msgspec.Struct, frozen=True):
    """What fell due: seconds until the next retry (None = none waits), and what moved."""

    next_s: float | None
    retried: int
    lost: list[str]


class Inboxes:
    """The robots' side of the queues."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        scripts = ("take", "giveback", "lose", "due", "beat", "retry", "drop")
        self._scripts = {name: Script("cockpit.robot", name) for name in scripts}
        self._settling = Settling(pipe)

    def take(
        self, robot: str, n: int, repos: Sequence[str], *, alone: bool = False
    ) -> list[Taken] | None:
        """Take up to n jobs; None when this robot's lease is over and it must stop."""
        rows = self._run("take", robot, n, "1" if alone else "", *repos)
        if rows is None:
            return None
        return [_taken(rows[i : i + HANDED]) for i in range(0, len(rows), HANDED)]

    def settle(
        self, robot: str, taken: Taken, outcome: Outcome, *, more: bool = False
    ) -> Taken | None:
        """Record an outcome; returns the service's next job when `more` and there is one.

        A result whose lease or fence is over is dropped silently: another attempt counts.
        """
        row = self._settling.settle(
            robot,
            (
                taken.service,
                taken.job,
                taken.fence,
                outcome.state,
                int(outcome.delay_s * 1000),
                outcome.strict,
                more,
                msgspec.json.encode(outcome.tried).decode() if outcome.tried else "",
                [part for pair in outcome.fields.items() for part in pair],
                taken.run,
                taken.action,
            ),
        )
        return _taken(row) if row else None

    def is_waiting(self, job: str, attempt: int) -> bool:
        """Tell whether a job waits for an answer, or was answered and nobody has it yet."""
        state, attempts = self._pipe.call("HMGET", keys.job(job), "state", "attempts")
        return state in (b"waiting", b"queued") and int(attempts) == attempt

    def working(self, robot: str) -> list[tuple[str, str, int]]:
        """List what a robot runs: service, job, fence."""
        flat = [part.decode() for part in self._pipe.call("HGETALL", f"cockpit:working:{robot}")]
        rows = zip(flat[::2], flat[1::2], strict=True)
        return [(service, text.split()[0], int(text.split()[1])) for service, text in rows]

    def give_back(self, robot: str, service: str, job: str, fence: int) -> None:
        """Return a job that was handed in a reply that got lost; nobody runs it."""
        self._run("giveback", robot, service, job, fence)

    def lose(self, robot: str, reason: str) -> list[str]:
        """Return a dead robot's jobs to the head of their inboxes, marked lost."""
        return [row.decode() for row in self._run("lose", robot, reason)]

    def due(self, limit: int = 500) -> Due:
        """Claim what fell due; any number of processes may call this."""
        next_ms, retried, *lost = self._run("due", limit)
        next_s = None if next_ms < 0 else next_ms / 1000
        return Due(next_s=next_s, retried=retried, lost=[row.decode() for row in lost])

    def beat(self, robots: dict[str, bytes]) -> None:
        """Renew the leases of living robots, with what each says of itself (JSON)."""
        flat = [part for pair in robots.items() for part in pair]
        self._run("beat", int(LEASE_S * 1000), int(LEASE_S), *flat)

    def retry(self, job: str) -> str:
        """Queue a waiting or dead job again; returns the state it had ("" = no such job)."""
        return _text(self._run("retry", job))

    def drop(self, job: str) -> str:
        """Give a job up unless it runs or ended; returns the state it had ("" = no such job)."""
        return _text(self._run("drop", job))

    def solo_waiting(self, repos: Sequence[str]) -> int:
        """Count services whose head must run alone."""
        return sum(self._pipe.calls([("LLEN", f"cockpit:solo:{repo}") for repo in repos]))

    def _run(self, name: str, *args: Any) -> Any:
        return self._pipe.run(self._scripts[name], (), args)


def _taken(row: list[Any]) -> Taken:
    service, job, fence, event, action, failures, raw = row
    return Taken(
        service=service.decode(),
        job=job.decode(),
        fence=int(fence),
        event=event.decode(),
        action=action.decode(),
        failures=int(failures),
        raw=raw,
    )


def _text(reply: bytes | None) -> str:
    return reply.decode() if reply else ""
