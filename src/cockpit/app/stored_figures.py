"""Figures of what is in Redis: events, jobs, queues. One look for each time they are asked for."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gevent
from prometheus_client.registry import Collector

from cockpit.app.figures import counter, counters, gauge, gauges
from cockpit.bus import Census, Counted, Pipe, keys
from cockpit.eco.alarms import Alarms
from cockpit.eco.ledger import Ledger
from cockpit.errors import OpsError
from cockpit.robot import Jobs
from cockpit.telegram import Outgoing

_PATIENCE_S = 1.5
_Counts = Mapping[str, int]


class StoredFigures(Collector):
    """Asks Redis when it is asked; without an answer in time it says only that Redis is away.

    Args:
        repos: Gives the names of the repositories.
    """

    def __init__(
        self,
        pipe: Pipe,
        census: Census,
        jobs: Jobs,
        ledger: Ledger,
        alarms: Alarms,
        *,
        repos: Callable[[], Sequence[str]],
    ) -> None:
        self._ledger = ledger
        self._alarms = alarms
        self._pipe = pipe
        self._census = census
        self._jobs = jobs
        self._repos = repos

    def collect(self) -> Iterator[Any]:
        """Yield the figures as they are now."""
        try:
            with gevent.Timeout(_PATIENCE_S, OpsError("Redis does not answer")):
                found = [*self._asked()]
        except OpsError:
            found = []
        yield gauge("cockpit_redis_up", "Whether Redis answers.", bool(found))
        yield from found

    def _asked(self) -> Iterator[Any]:
        yield from _events(self._census.take())
        yield gauges(
            "cockpit_jobs",
            "Jobs by state; those that ended go with their events.",
            ("state",),
            {(state,): count for state, count in self._jobs.counts().items()},
        )
        yield from _queues(*self._queued())
        yield from _ecos(self._ledger.figures())
        yield gauges(
            "cockpit_alarms",
            "Alarms by how they stand.",
            ("status",),
            {(status,): count for status, count in self._alarms.figures().items()},
        )
        yield from _telegram(Outgoing(self._pipe).figures())
        yield from _counts(self._counted())

    def _queued(self) -> tuple[_Counts, _Counts]:
        repos = self._repos()
        lengths = self._pipe.calls(
            [("LLEN", name(repo)) for name in (keys.ready, keys.solo) for repo in repos]
        )
        return (
            dict(zip(repos, lengths[: len(repos)], strict=True)),
            dict(zip(repos, lengths[len(repos) :], strict=True)),
        )

    def _counted(self) -> _Counts:
        names = ("robots", "dispatcher", "retry", "dead", "outbox", "held", "repeats", "rejected")
        now_ms = int(time.time() * 1000)
        *found, (repeats, rejected) = self._pipe.calls(
            [
                ("ZCOUNT", keys.ROBOTS, now_ms, "+inf"),
                ("EXISTS", keys.lease("dispatcher")),
                ("ZCARD", keys.RETRY),
                ("XLEN", keys.DEAD),
                ("ZCARD", keys.OUTBOX),
                ("ZCARD", keys.MESSAGES_DUE),
                ("HMGET", keys.COUNTS, "repeats", "rejected"),
            ]
        )
        return dict(zip(names, [*found, int(repeats or 0), int(rejected or 0)], strict=True))


def _events(counted: Mapping[str, Counted]) -> Iterator[Any]:
    yield counters(
        "cockpit_events",
        "Events ever stored, by type; restarts do not change it.",
        ("type",),
        {(type_,): one.stored for type_, one in counted.items()},
    )
    yield gauges(
        "cockpit_events_kept",
        "Events that are in the log now.",
        ("type",),
        {(type_,): one.kept for type_, one in counted.items()},
    )
    yield gauges(
        "cockpit_dispatch_waiting_events",
        "Events that are stored and not dispatched yet (with Redis 6 counted to 100).",
        ("type",),
        {(type_,): one.waiting for type_, one in counted.items()},
    )
    yield gauge(
        "cockpit_dispatch_oldest_age_seconds",
        "Age of the oldest event that is not dispatched yet; 0 when none waits.",
        max(one.oldest_s for one in counted.values()),
    )


def _queues(ready: _Counts, alone: _Counts) -> Iterator[Any]:
    yield gauges(
        "cockpit_ready_services",
        "Services with a job that any robot may take now.",
        ("repo",),
        {(repo,): count for repo, count in ready.items()},
    )
    yield gauges(
        "cockpit_solo_services",
        "Services whose next job was lost twice, and runs alone.",
        ("repo",),
        {(repo,): count for repo, count in alone.items()},
    )


def _ecos(figures: Mapping[str, Any]) -> Iterator[Any]:
    yield gauges(
        "cockpit_ecos",
        "Ecos by state: errors, equal ones as one.",
        ("state",),
        {(state,): count for state, count in figures["states"].items()},
    )
    yield counter("cockpit_eco_hits", "Errors that were counted.", figures["hits"])
    yield counter(
        "cockpit_ecos_dropped",
        "New ecos over the quota of their application; `cockpit status` tells of which.",
        sum(figures["dropped"].values()),
    )
    yield counter("cockpit_ecos_evicted", "Ecos that went to make room.", figures["evicted"])
    yield gauge("cockpit_eco_bytes", "What the texts of ecos take.", figures["bytes"])


def _telegram(counts: _Counts) -> Iterator[Any]:
    yield gauges(
        "cockpit_telegram_messages",
        "Messages to chats that wait, and those that were given up.",
        ("state",),
        {(state,): counts[state] for state in ("queued", "dead")},
    )
    yield counter("cockpit_telegram_sent", "Messages that chats have.", counts["sent"])


def _counts(counts: _Counts) -> Iterator[Any]:
    yield gauge("cockpit_robots_alive", "Processes that run actions.", counts["robots"])
    yield gauge(
        "cockpit_dispatcher_running",
        "Whether somebody dispatches, on this machine or another.",
        counts["dispatcher"],
    )
    yield gauge(
        "cockpit_retrying_jobs", "Jobs that failed and wait to be tried again.", counts["retry"]
    )
    yield gauge(
        "cockpit_dead_letters",
        "Events that could not be dispatched, again and again, and were given up.",
        counts["dead"],
    )
    yield gauges(
        "cockpit_outbox_mails",
        "Mails in the outbox, by state.",
        ("state",),
        {("held",): counts["outbox"]},
    )
    yield gauge(
        "cockpit_held_messages", "Messages that somebody cannot receive yet.", counts["held"]
    )
    yield counter("cockpit_rejected", "What came in as an event and was none.", counts["rejected"])
    yield counter("cockpit_repeats", "Repeats that made no second event.", counts["repeats"])
