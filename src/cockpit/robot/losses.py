"""What becomes of the jobs of a process that died."""

from cockpit.robot.inboxes import Inboxes
from cockpit.robot.job import Taken
from cockpit.robot.jobs import Jobs
from cockpit.robot.runner import Runner


class Losses:
    """Returns the jobs of dead processes, and judges those that died alone.

    In shared company nobody knows whose fault a death was: the jobs go back to the head of their
    inboxes and it costs none of them a failure. One that was lost twice runs next alone; when its
    process dies then, the fault is its own, and it is treated like any failed attempt.
    """

    def __init__(self, inboxes: Inboxes, jobs: Jobs, runner: Runner) -> None:
        self._inboxes = inboxes
        self._jobs = jobs
        self._runner = runner

    def shared(self, robot: str, reason: str) -> list[str]:
        """Take back what a process had, as lost; returns `<service> <job>` of each."""
        return self._inboxes.lose(robot, reason)

    def alone(self, robot: str, reason: str) -> list[str]:
        """Count the death of a solo process against its job."""
        told = []
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
            outcome = self._runner.failed(taken, reason, self._runner.policy(taken))
            self._inboxes.settle(robot, taken, outcome)
            told.append(f"{service} {job}")
        self._inboxes.lose(robot, reason)
        return told
