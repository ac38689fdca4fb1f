"""Takes jobs for the repositories it has and runs them, one greenlet per service.

It waits on the bell; what rings while nobody listens is found by looking once a second.
"""

import time
from collections.abc import Callable
from typing import Any, Literal

import gevent
import redis
from gevent.event import Event
from gevent.pool import Pool

from cockpit.bus import Pipe, keys
from cockpit.bus.pipe import client
from cockpit.errors import OpsError
from cockpit.robot.catalog import Catalog
from cockpit.robot.inboxes import Inboxes, Outcome
from cockpit.robot.job import Taken
from cockpit.robot.parking import Parking
from cockpit.robot.policy import Policy
from cockpit.robot.runner import Runner
from cockpit.robot.time_limit import OVERRUN_S

_LOOK_S = 1.0
_IN_A_ROW = 16


class Worker:
    """One robot's hands.

    Args:
        name: The robot's name; its lease is renewed by whoever supervises it.
        concurrency: How many services it works for at the same time.
        solo: What to do with jobs that were lost twice and must run alone: `never` take them,
            take `only` one of them and end, or `also` take them while nothing else runs (for a
            process without children).
        on_fenced: Told when the lease is over; what still runs here no longer counts.
    """

    def __init__(
        self,
        pipe: Pipe,
        inboxes: Inboxes,
        catalog: Catalog,
        runner: Runner,
        *,
        name: str,
        concurrency: int,
        solo: Literal["never", "only", "also"] = "never",
        on_fenced: Callable[[], None],
    ) -> None:
        self.name = name
        self._pipe = pipe
        self._inboxes = inboxes
        self._catalog = catalog
        self._runner = runner
        self._solo = solo
        self._on_fenced = on_fenced
        self._pool = Pool(1 if solo == "only" else concurrency)
        self._bell = Event()
        self._stopping = False
        self._held: set[str] = set()
        self._in_doubt = False
        self._parking = Parking(inboxes.is_waiting)
        self._deadlines: dict[str, tuple[float, Taken, Policy, Any]] = {}

    @property
    def running(self) -> int:
        """How many services are being worked for."""
        return len(self._pool)

    def run(self) -> None:
        """Work until `stop`, or with `only` until the one job is done."""
        listener = gevent.spawn(self._listen)
        try:
            while not self._stopping:
                self._bell.clear()
                took = self._round()
                if self._solo == "only":
                    break
                if not took:
                    self._bell.wait(_LOOK_S)
        finally:
            listener.kill()
            self._pool.join()

    def stop(self, grace_s: float) -> None:
        """Take nothing more and let running attempts end; the rest is lost and runs again."""
        self._stopping = True
        self._bell.set()
        self._pool.join(timeout=grace_s)
        self._pool.kill(timeout=1)

    def current(self) -> Taken | None:
        """Return the attempt whose greenlet asks; None when it is that of no attempt."""
        here = gevent.getcurrent()
        found = (taken for _, taken, _, runs in self._deadlines.values() if runs is here)
        return next(found, None)

    def overrun(self) -> list[tuple[Taken, Policy]]:
        """List attempts that are more than 5 s over their time-out: they will not stop."""
        now = time.monotonic()
        return [(t, p) for end, t, p, _ in self._deadlines.values() if now > end + OVERRUN_S]

    def give_up(self, taken: Taken, policy: Policy) -> None:
        """Settle an attempt that overran, before its process is killed."""
        reason = f"it took longer than {policy.timeout_s:g} s and would not stop: killed"
        self._inboxes.settle(self.name, taken, self._runner.failed(taken, reason, policy))

    def _round(self) -> bool:
        self._pool.wait_available()
        try:
            if self._in_doubt:
                self._reconcile()
            taken = [] if self._stopping else self._take()
        except OpsError:
            self._in_doubt = True
            return False  # Redis is away: look again at the next bell or second.
        if taken is None:
            self._on_fenced()
            return False
        for job in taken:
            self._held.add(job.service)
            self._pool.spawn(self._serve, job)
        return bool(taken)

    def _take(self) -> list[Taken] | None:
        repos = self._catalog.repos()
        if self._solo == "only":
            return self._inboxes.take(self.name, 1, repos, alone=True)
        taken = self._inboxes.take(self.name, min(self._pool.free_count(), 50), repos)
        if taken == [] and self._solo == "also" and not self._held:
            return self._inboxes.take(self.name, 1, repos, alone=True)
        return taken

    def _reconcile(self) -> None:
        """Give back what was handed in replies that never came: nobody here runs it."""
        for service, job, fence in self._inboxes.working(self.name):
            if service not in self._held:
                self._inboxes.give_back(self.name, service, job, fence)
        self._in_doubt = False

    def _serve(self, taken: Taken) -> None:
        """Run jobs of one service as long as it has some, but let others have their turn."""
        job: Taken | None = taken
        row = 0
        try:
            while job is not None:
                row += 1
                outcome = self._attempt(job)
                if self._parking.deliver(outcome):
                    return
                more = row < _IN_A_ROW and self._solo != "only" and not self._stopping
                job = self._settle(job, outcome, more=more)
        except OpsError:
            self._in_doubt = True  # Redis left before the action began: the job is given back.
        finally:
            self._leave(taken.service)

    def _leave(self, service: str) -> None:
        """Free the place of this greenlet, once: one that was parked has left already."""
        here = gevent.getcurrent()
        if here in self._pool:
            self._held.discard(service)
            self._pool.discard(here)
            # A place is free, and the service may be ready again.
            self._bell.set()

    def _park(self, taken: Taken, question: str) -> None:
        """Wait for an answer; the service has its next job meanwhile."""

        def settle(outcome: Outcome) -> None:
            del self._deadlines[taken.service]
            self._settle(taken, outcome, more=False)
            self._leave(taken.service)

        self._parking.park(taken.job, taken.fence, question, settle)

    def _attempt(self, taken: Taken) -> Outcome:
        policy = self._runner.policy(taken)
        park = None if self._solo == "only" else self._park
        deadline = (time.monotonic() + policy.timeout_s, taken, policy, gevent.getcurrent())
        self._deadlines[taken.service] = deadline
        try:
            return self._parking.resume(taken.job, taken.fence) or self._runner.run(
                taken, policy, park
            )
        except gevent.GreenletExit:
            if self._stopping or gevent.getcurrent() not in self._pool:
                raise
            # Nobody else ends greenlets here: the action did it to itself.
            return self._runner.failed(taken, "the action ended its own greenlet", policy)
        finally:
            # Another attempt of this service may run by now.
            if self._deadlines.get(taken.service) is deadline:
                del self._deadlines[taken.service]

    def _settle(self, taken: Taken, outcome: Outcome, *, more: bool) -> Taken | None:
        """Record an outcome, however long Redis is away: the work was done."""
        delay, in_doubt = 0.05, False
        while True:
            try:
                found = self._inboxes.settle(self.name, taken, outcome, more=more)
            except OpsError:
                # It may have been recorded, and the next job handed, in a reply that got lost.
                in_doubt, more = True, False
                gevent.sleep(delay)
                delay = min(delay * 2, 2.0)
            else:
                # Said only now: as long as this service is held, nothing of it is given back.
                self._in_doubt |= in_doubt
                return found

    def _listen(self) -> None:
        """Ring when something became ready; one missed ring costs at most a second."""
        while True:
            try:
                with client(self._pipe.url, reply_timeout_s=30).pubsub() as channel:
                    channel.subscribe(keys.BELL)
                    self._bell.set()
                    while True:
                        channel.get_message(timeout=20)
                        self._bell.set()
            except (redis.RedisError, OSError):
                gevent.sleep(_LOOK_S)
