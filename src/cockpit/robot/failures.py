"""What a failed attempt is told to: the ledger of ecos each time, and people at death."""

from collections.abc import Callable

from cockpit.bus import Made
from cockpit.errors import OpsError
from cockpit.robot.announcements import Announcements
from cockpit.robot.inboxes import Outcome
from cockpit.robot.job import Taken
from cockpit.robot.lineage import is_cut, meta
from cockpit.robot.monitoring import Monitoring
from cockpit.robot.recorder import Recorder


class Failures:
    """Publishes what failed attempts mean to others.

    Args:
        tell: Gives who hears of a dead job; empty for nobody.
        on_failed: Told the job, the error and the outcome, for the log of the process.
    """

    def __init__(
        self,
        recorder: Recorder,
        announcements: Announcements,
        monitoring: Monitoring,
        *,
        tell: Callable[[], str],
        on_failed: Callable[[Taken, BaseException, Outcome], None],
    ) -> None:
        self._recorder = recorder
        self._announcements = announcements
        self._monitoring = monitoring
        self._tell = tell
        self._on_failed = on_failed

    def __call__(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        """Take note of a failed attempt; never raises for want of Redis."""
        self._on_failed(taken, error, outcome)
        try:
            self._recorder.failed(taken, error, outcome)
            self._monitoring.failed(taken, outcome)
            if outcome.state == "dead":
                self._publish_message(taken, outcome)
        except OpsError:
            return  # The job's own record has it all; its settling waits for Redis.

    def _publish_message(self, taken: Taken, outcome: Outcome) -> None:
        tell = self._tell()
        if not tell or taken.event.startswith("eco-") or is_cut(taken):
            return
        text = (
            f"{taken.service}: {taken.action} failed for good on {taken.event}:"
            f" {outcome.fields['error']}"
        )
        made = Made(taken.job, "dead", taken.fence)
        self._announcements.announce(made, tell, text, service=taken.service, meta=meta(taken))
