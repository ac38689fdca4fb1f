"""What happens by the clock: recurring actions, and silence where an event was expected.

Due times are in Redis, so a restart neither forgets nor repeats one. Moving a time on and making
its job are one Lua call, named by the time: nothing happens twice.

See: issue 3, recurring and expectation watch; AYS 8, recurring actions.
"""

import random
import time
from collections.abc import Callable
from typing import Any

import gevent
import msgspec

from cockpit import events
from cockpit.bus import Log, Pipe, Script, keys
from cockpit.robot.catalog import Catalog
from cockpit.robot.job import DUE, job_id
from cockpit.robot.matcher import Index
from cockpit.robot.term import Term

_LOOK_S = 1.0
_SHORTEST_S = 0.02
_BATCH = 500
_FIRST_MS = 60_000
_LATE_MS = 60_000
_GONE = "gone"


class Planned(msgspec.Struct, frozen=True):
    """Something that will happen, as people see it; times in epoch seconds.

    Attributes:
        kind: `recurring`: `name` is the action; `expects`: `name` is the type of event.
    """

    kind: str
    repo: str
    service: str
    name: str
    period_s: float
    misfire: str
    next_epoch: float


class Schedule:
    """The clock of the robot; runs where its lease is.

    Args:
        clock: Epoch seconds.
        rng: Spreads the first times of what began together over a minute.
    """

    def __init__(
        self,
        pipe: Pipe,
        catalog: Catalog,
        log: Log,
        *,
        clock: Callable[[], float] = time.time,
        rng: random.Random | None = None,
    ) -> None:
        self._pipe = pipe
        self._catalog = catalog
        self._log = log
        self._clock = clock
        self._rng = rng or random.Random()  # noqa: S311 - spread, not secrets
        self._known: Index | None = None
        self._write = Script("cockpit.robot", "schedule")
        self._recur = Script("cockpit.robot", "recur")

    def run(self) -> None:
        """Keep time until killed.

        Raises:
            OpsError: Redis is away; start again later.
        """
        while True:
            self.keep()
            next_s = self.fall_due()
            wait_s = _LOOK_S if next_s is None else min(_LOOK_S, max(_SHORTEST_S, next_s))
            gevent.sleep(wait_s)

    def keep(self) -> None:
        """Take over what files and services ask for now."""
        index = self._catalog.index()
        if index is self._known:
            return
        now_ms = self._now_ms()
        terms = [(term.member, term.text, now_ms + self._first_ms(term)) for term in index.terms]
        gone = sorted(index.gone)
        asked = {"index": index.version, "now": now_ms, "terms": terms, "gone": gone}
        packed = msgspec.msgpack.encode(asked)
        if self._pipe.run(self._write, (), (packed,)) >= 0:
            self._known = index
        else:
            self._catalog.forget_index()

    def fall_due(self) -> float | None:
        """Do what is due; returns the seconds until the next, None when nothing waits."""
        now_ms = self._now_ms()
        found = self._pipe.call(
            "ZRANGEBYSCORE", keys.SCHEDULE, "-inf", now_ms, "WITHSCORES", "LIMIT", 0, _BATCH
        )
        if found:
            texts = self._pipe.call("HMGET", keys.SCHEDULE_TERMS, *found[::2])
            rows = [
                self._row(Term.read(member.decode(), text.decode()), int(due), now_ms)
                for member, due, text in zip(found[::2], found[1::2], texts, strict=True)
                if text is not None
            ]
            self._pipe.run(self._recur, (), (msgspec.msgpack.encode(rows),))
        self._hear()
        first = self._pipe.call("ZRANGE", keys.SCHEDULE, 0, 0, "WITHSCORES")
        return max(0.0, int(first[1]) / 1000 - self._clock()) if first else None

    def planned(self) -> list[Planned]:
        """List what will happen, soonest first."""
        found = self._pipe.call("ZRANGE", keys.SCHEDULE, 0, -1, "WITHSCORES")
        texts = self._pipe.call("HMGET", keys.SCHEDULE_TERMS, *found[::2]) if found else []
        rows = []
        for member, due, text in zip(found[::2], found[1::2], texts, strict=True):
            if text is not None:
                rows.append(_planned(Term.read(member.decode(), text.decode()), int(due)))
        return rows

    def _row(self, term: Term, due_ms: int, now_ms: int) -> tuple[Any, ...]:
        """Return what becomes of a time, as the Lua takes it."""
        if term.kind == "expects":
            self._complain(term, due_ms)
            return (
                term.member,
                due_ms,
                now_ms + term.period_ms,
                "",
                term.service,
                term.name,
                "",
                0,
            )
        late_ms = now_ms - due_ms
        passed = 1 if term.misfire == "all" else late_ms // term.period_ms + 1
        cause = f"{DUE}{due_ms}"
        job = job_id(cause, term.service, term.name)
        if term.misfire == "skip" and late_ms > min(term.period_ms, _LATE_MS):
            job = ""
        next_ms = due_ms + passed * term.period_ms
        waits = term.misfire == "all"
        return (term.member, due_ms, next_ms, job, term.service, term.name, cause, waits)

    def _complain(self, term: Term, due_ms: int) -> None:
        """Raise the alarm about a silence, once for each time that it is due."""
        self._pipe.call("HSET", keys.SCHEDULE_SILENT, term.member, "")
        msg = f"no {term.name} for {term.period_ms / 1000:g} s"
        self._say(term.member, "firing", msg, str(due_ms))

    def _hear(self) -> None:
        """Resolve the alarms of those who wait no more, and say what ended the silence."""
        # PERF: it is empty while nobody waits in vain.
        found = self._pipe.call("HGETALL", keys.SCHEDULE_SILENT)
        for raw, event in zip(found[::2], map(bytes.decode, found[1::2]), strict=True):
            if event:
                member = raw.decode()
                msg = f"{member.split(' ')[2]} came" if event != _GONE else "it is not expected now"
                self._say(member, "resolved", msg, event)
                self._pipe.call("HDEL", keys.SCHEDULE_SILENT, member)

    def _say(self, member: str, status: str, msg: str, why: str) -> None:
        repo, _, service = member.split(" ")[1].partition("/")
        parent = {"parent": why} if status == "resolved" and why != _GONE else {}
        alarm = events.Alarm(
            service=service,
            method=f"expects.{member.split(' ')[2]}",
            status=status,
            msg=msg,
            epoch=int(self._clock()),
            meta={"source": "robot", "repo": repo} | parent,
        )
        self._log.append(alarm, mark=f"{member}:{why}")

    def _first_ms(self, term: Term) -> int:
        if term.kind == "expects":
            return term.period_ms
        return int(self._rng.random() * min(term.period_ms, _FIRST_MS))

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _planned(term: Term, due_ms: int) -> Planned:
    repo, _, service = term.service.partition("/")
    return Planned(
        term.kind, repo, service, term.name, term.period_ms / 1000, term.misfire, due_ms / 1000
    )
