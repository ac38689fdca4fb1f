"""The figures of a rack, put together: a registry of its own, and what fills it.

DoorFigures, StoredFigures, Traffic, LoopLag, process → registry → /metrics
"""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.registry import Collector


def registry(collectors: Iterable[Collector]) -> CollectorRegistry:
    """Return a registry with these collectors, and one of this process."""
    # The global registry of the library would mix up several racks in one process.
    found = CollectorRegistry()
    ProcessCollector(registry=found)
    for one in collectors:
        found.register(one)
    return found
