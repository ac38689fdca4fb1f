"""What becomes of the jobs of a process that died, or should."""

import time
from collections.abc import Callable, Iterator

from cockpit.robot.inboxes import Inboxes
from cockpit.robot.job import Taken
from cockpit.robot.jobs import Jobs
from cockpit.robot.policy import Policy
from cockpit.robot.runner import Runner
from cockpit.robot.time_limit import OVERRUN_S


class Losses:
    """Returns the jobs of dead processes, and judges those that died alone.

    In shared company nobody knows whose fault a death was: the jobs go back to the head of their
    inboxes and it costs none of them a failure. One that was lost twice runs next alone; when its
    process dies then, the fault is its own, and it is treated like any failed attempt.

    Args:
        clock: Epoch seconds.
    """

    def __init__(
        self,
        inboxes: Inboxes,
        jobs: Jobs,
        runner: Runner,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._inboxes = inboxes
        self._jobs = jobs
        self._runner = runner
        self._clock = clock

    def overrun(self, robot: str) -> str:
        """Say which attempt of a process is more than 5 s over its time-out; "" for none.

        Raises:
            OpsError: Redis is away.
        """
        for taken, policy, started in self._running(robot):
            if self._clock() > started + policy.timeout_s + OVERRUN_S:
                name = f"{taken.service} {taken.action}"
                return f"{name} took longer than {policy.timeout_s:g} s and would not stop"
        return ""

    def shared(self, robot: str, reason: str) -> list[str]:
        """Take back what a process had, as lost; returns `<service> <job>` of each."""
        return self._inboxes.lose(robot, reason)

    def alone(self, robot: str, reason: str) -> list[str]:
        """Count the death of a solo process against its job."""
        told = []
        for taken, policy, _ in self._running(robot):
            outcome = self._runner.failed(taken, reason, policy)
            self._inboxes.settle(robot, taken, outcome)
            told.append(f"{taken.service} {taken.job}")
        self._inboxes.lose(robot, reason)
        return told

    def _running(self, robot: str) -> Iterator[tuple[Taken, Policy, float]]:
        """Yield the attempts of a process, with their policy and the epoch when they began."""
        for service, job, fence in self._inboxes.working(robot):
            record = self._jobs.get(job)
            taken = Taken(
                service=service,
                job=job,
                fence=fence,
                event=record.event,
                action=record.action,
                failures=self._jobs.failures(job),
                raw=b"",
            )
            yield taken, self._runner.policy(taken), record.started
