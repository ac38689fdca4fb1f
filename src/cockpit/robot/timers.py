"""What falls due: retries, ended leases, memory, retention. Any number may run these.

Each step is claimed by one Lua call, so two racks never do the same thing twice.
"""

import time
from collections.abc import Callable, Sequence

import gevent
from gevent.event import Event

from cockpit.bus import Pressure
from cockpit.errors import OpsError
from cockpit.robot.inboxes import Due, Inboxes

_LOOK_S = 1.0
_SHORTEST_S = 0.02
_TRIM_S = 60.0


class Timers:
    """The clockwork of one process.

    Args:
        lapse: Ends what waited too long for an answer; called about once a second.
        rounds: Do what else falls due, as what people could not receive yet; called about once a
            second each.
        trims: Called once a minute with the epoch in seconds, to remove what is old, and to
            tell others what holds.
        on_due: Told what moved, when anything did.
        report: Told of an exception that is a bug.
    """

    def __init__(
        self,
        inboxes: Inboxes,
        *,
        pressure: Pressure,
        lapse: Callable[[], object],
        rounds: Sequence[Callable[[], object]],
        trims: Sequence[Callable[[float], object]],
        on_due: Callable[[Due], None],
        report: Callable[[BaseException], None],
    ) -> None:
        self._inboxes = inboxes
        self._pressure = pressure
        self._lapse = lapse
        self._rounds = rounds
        self._trims = trims
        self._on_due = on_due
        self._report = report
        self._stopping = Event()
        self._greenlets: list[gevent.Greenlet] = []

    def start(self) -> None:
        """Begin."""
        self._greenlets = [
            gevent.spawn(self._loop, self._due),
            *(gevent.spawn(self._loop, self._each(step)) for step in self._rounds),
            gevent.spawn(self._loop, self._measure),
            gevent.spawn(self._loop, self._trim),
        ]

    def stop(self) -> None:
        """End, after the step that is under way."""
        self._stopping.set()
        gevent.joinall(self._greenlets, timeout=5)
        gevent.killall(self._greenlets)

    def _loop(self, step: Callable[[], float]) -> None:
        while not self._stopping.is_set():
            try:
                pause = step()
            except OpsError:
                pause = _LOOK_S
            except Exception as error:  # noqa: BLE001 - the boundary of this greenlet
                self._report(error)
                pause = _LOOK_S
            self._stopping.wait(pause)

    def _due(self) -> float:
        self._lapse()
        due = self._inboxes.due()
        if due.retried or due.lost:
            self._on_due(due)
        if due.next_s is None:
            return _LOOK_S
        return min(_LOOK_S, max(_SHORTEST_S, due.next_s))

    def _each(self, step: Callable[[], object]) -> Callable[[], float]:
        def round_() -> float:
            step()
            return _LOOK_S

        return round_

    def _measure(self) -> float:
        self._pressure.measure()
        return _LOOK_S

    def _trim(self) -> float:
        for trim in self._trims:
            trim(time.time())
        return _TRIM_S
