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

    In shared company nobody knows whose fault a death was, unless the process could still say it:
    the jobs go back to the head of their inboxes and it costs none of them a failure. One that was
    lost twice runs next alone; when its process dies then, the fault is its own, and it is treated
    like any failed attempt.

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

    def overrun(self, robot: str) -> dict[str, str]:
        """Say by job which attempts of a process are more than 5 s over their time-out.

        Raises:
            OpsError: Redis is away.
        """
        return {
            taken.job: f"{taken.service} {taken.action}"
            f" took longer than {policy.timeout_s:g} s and would not stop"
            for taken, policy, started in self._running(robot)
            if self._clock() > started + policy.timeout_s + OVERRUN_S
        }

    def shared(self, robot: str, reason: str, culprit: str = "") -> list[str]:
        """Take back what a process had, as lost; returns `<service> <job>` of each.

        Args:
            culprit: The job that is known to have caused the death: it counts against that one.
        """
        told = self._fail(robot, reason, culprit) if culprit else []
        return told + self._inboxes.lose(robot, reason)

    def alone(self, robot: str, reason: str) -> list[str]:
        """Count the death of a solo process against its job."""
        told = self._fail(robot, reason)
        self._inboxes.lose(robot, reason)
        return told

    def _fail(self, robot: str, reason: str, culprit: str = "") -> list[str]:
        """Settle the attempts of a process, or that of one job, as failed."""
        told = []
        for taken, policy, _ in self._running(robot):
            if culprit in ("", taken.job):
                self._inboxes.settle(robot, taken, self._runner.failed(taken, reason, policy))
                told.append(f"{taken.service} {taken.job}")
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
