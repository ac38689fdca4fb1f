"""Figures of the doors, the memory and this build: what the rack knows without asking anybody."""

import platform
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client.registry import Collector

from cockpit import __version__
from cockpit.app.engine import Engine
from cockpit.app.figures import counter, counters, gauge, gauges
from cockpit.rest import Server
from cockpit.rest.traffic import Traffic
from cockpit.smtp import Door

_MAILS = ("stored", "deferred", "refused", "shed")


class DoorFigures(Collector):
    """Reads the doors when it is asked.

    Args:
        smtp: Gives the SMTP door; None before there is one. `http` likewise.
    """

    def __init__(
        self,
        engine: Engine,
        traffic: Traffic,
        *,
        smtp: Callable[[], Door | None],
        http: Callable[[], Server | None],
    ) -> None:
        self._engine = engine
        self._traffic = traffic
        self._smtp = smtp
        self._http = http

    def collect(self) -> Iterator[Any]:
        """Yield the figures as they are now."""
        yield gauges(
            "cockpit_build_info",
            "Always 1; the version stands in the labels.",
            ("version", "python"),
            {(__version__, platform.python_version()): 1},
        )
        smtp, http = self._smtp(), self._http()
        yield from self._doors(smtp, http)
        yield from _mails(smtp)
        yield from _connections(smtp, http)
        yield from self._memory()

    def _doors(self, smtp: Door | None, http: Server | None) -> Iterator[Any]:
        engine = self._engine
        is_open: dict[tuple[str, ...], float] = {
            ("smtp",): smtp is not None and smtp.is_open,
            ("http",): http is not None and http.is_open,
            ("bridge",): engine.is_bridge_listening,
        }
        yield gauges(
            "cockpit_door_open", "Whether this rack has the door open.", ("door",), is_open
        )
        epochs = {
            ("smtp",): smtp.last_receive_epoch if smtp else 0,
            ("http",): self._traffic.last_receive_epoch,
            ("bridge",): engine.bridge_last_receive_epoch,
        }
        yield gauges(
            "cockpit_door_last_receive_timestamp_seconds",
            "When the door took something in last; missing when it did not since the start.",
            ("door",),
            {door: epoch for door, epoch in epochs.items() if epoch},
        )
        yield counter(
            "cockpit_bridge_absences",
            "How often the bridge here lost Redis: what was published meanwhile is lost.",
            engine.bridge_absences,
        )

    def _memory(self) -> Iterator[Any]:
        pressure = self._engine.pressure
        yield gauge(
            "cockpit_redis_memory_used_bytes",
            "Memory that Redis uses, measured once a second.",
            pressure.used_bytes,
        )
        yield gauge(
            "cockpit_redis_memory_used_ratio",
            "Share of its memory that Redis uses, 0 to 1; 0 when it has no limit.",
            pressure.used,
        )
        yield gauge(
            "cockpit_doors_held_back",
            "1 while memory is short: the doors answer 451 and 503.",
            pressure.is_closed,
        )


def _mails(smtp: Door | None) -> Iterator[Any]:
    counts = smtp.counters if smtp else {}
    yield counters(
        "cockpit_mails",
        "Mails by result: stored (250), deferred (451), refused (5xx), shed (452).",
        ("result",),
        {(name,): counts.get(name, 0) for name in _MAILS},
    )


def _connections(smtp: Door | None, http: Server | None) -> Iterator[Any]:
    yield gauges(
        "cockpit_connections",
        "Peers that are connected.",
        ("door",),
        {
            ("smtp",): smtp.n_connections if smtp else 0,
            ("http",): http.n_connections if http else 0,
        },
    )
    counts = {"smtp": smtp.counters if smtp else {}, "http": http.counters if http else {}}
    yield counters(
        "cockpit_connections_cut",
        "Connections ended by us: turned_away (too many), timed_out (too slow), unreadable "
        "(no HTTP).",
        ("door", "reason"),
        {
            (door, reason): found[reason]
            for door, found in counts.items()
            for reason in ("turned_away", "timed_out", "unreadable")
            if reason in found
        },
    )
