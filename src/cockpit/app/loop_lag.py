"""How late the hub is: while something holds it, every greenlet of this process waits."""

import time
from collections.abc import Iterator
from typing import Any

from gevent import spawn
from gevent.event import Event
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.registry import Collector

from cockpit.rest.histogram import Histogram

_EVERY_S = 0.5
_BOUNDS_S = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class LoopLag(Collector):
    """Sleeps again and again, and notes by how much it was called too late."""

    def __init__(self) -> None:
        self._late = Histogram(_BOUNDS_S)
        self._stopping = Event()

    def start(self) -> None:
        """Begin; returns at once."""
        self._greenlet = spawn(self._run)

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        self._greenlet.join()

    def collect(self) -> Iterator[Any]:
        """Yield what was noted since the start."""
        found = HistogramMetricFamily(
            "cockpit_loop_lag_seconds", "How late the hub of the rack is, twice a second."
        )
        found.add_metric((), self._late.buckets(), self._late.total)
        yield found

    def _run(self) -> None:
        asked = time.perf_counter()
        while not self._stopping.wait(_EVERY_S):
            now = time.perf_counter()
            self._late.observe(max(0.0, now - asked - _EVERY_S))
            asked = time.perf_counter()
