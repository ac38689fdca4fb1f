"""Attempts that wait for an answer, in the greenlet where they stopped.

A parked attempt holds neither its inbox nor a place among those that run. When its job is handed to
this process again, whoever was handed it lets the parked greenlet go on and gets its outcome; when
another process has it, the parked one ends. If this process is gone, the job runs from its top.
"""

from collections.abc import Callable

import gevent
from gevent.event import AsyncResult, Event

from cockpit.robot.inboxes import Outcome

_LOOK_S = 5.0


class _Place:
    """Where one attempt waits."""

    def __init__(self, attempt: int) -> None:
        self.attempt = attempt
        self.resumed = Event()
        self.outcome: AsyncResult = AsyncResult()


class Parking:
    """The parked attempts of one process, by job.

    Args:
        is_waiting: Tells whether the job of an attempt (its number) still waits for its answer, or
            was answered and is in no other hands.
    """

    def __init__(self, is_waiting: Callable[[str, int], bool]) -> None:
        self._is_waiting = is_waiting
        self._waiting: dict[str, _Place] = {}
        self._resumed: dict[gevent.Greenlet, _Place] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def park(
        self, job: str, attempt: int, question: str, settle: Callable[[Outcome], None]
    ) -> None:
        """Wait here until the job is handed to this process again.

        Args:
            settle: Records that the job waits; called unless whoever let this greenlet go on does.

        Raises:
            gevent.GreenletExit: Another process has the job now.
        """
        here = gevent.getcurrent()
        former = self._resumed.get(here)
        place = self._waiting[job] = _Place(former.attempt if former else attempt)
        outcome = Outcome("waiting", {"question": question})
        if not self.deliver(outcome):
            settle(outcome)
        while not place.resumed.wait(_LOOK_S):
            if not self._is_waiting(job, place.attempt):
                self._waiting.pop(job, None)
                raise gevent.GreenletExit
        self._resumed[here] = place

    def resume(self, job: str, attempt: int) -> Outcome | None:
        """Let a parked attempt go on and return its outcome; None when none is parked."""
        # PERF: asked for each job, and almost always nobody waits.
        place = self._waiting.pop(job, None) if self._waiting else None
        if place is None:
            return None
        place.attempt = attempt
        place.resumed.set()
        found: Outcome = place.outcome.get()
        return found

    def deliver(self, outcome: Outcome) -> bool:
        """Hand the outcome of this greenlet to whoever let it go on; False when nobody did."""
        place = self._resumed.pop(gevent.getcurrent(), None) if self._resumed else None
        if place is None:
            return False
        place.outcome.set(outcome)
        return True
