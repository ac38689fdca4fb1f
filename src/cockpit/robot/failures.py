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
        on_bug: Told of what went wrong while it was told.
    """

    def __init__(
        self,
        recorder: Recorder,
        announcements: Announcements,
        monitoring: Monitoring,
        *,
        tell: Callable[[], str],
        on_failed: Callable[[Taken, BaseException, Outcome], None],
        on_bug: Callable[[Exception], None],
    ) -> None:
        self._recorder = recorder
        self._announcements = announcements
        self._monitoring = monitoring
        self._tell = tell
        self._on_failed = on_failed
        self._on_bug = on_bug

    def __call__(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        """Take note of a failed attempt; never raises for want of Redis.

        Raises:
            Exception: The first of what went wrong with telling; all else was told.
        """
        self._on_failed(taken, error, outcome)
        bugs: list[Exception] = []
        # What goes wrong with one keeps nothing from the others.
        for tell in (self._record, self._raise_alarm, self._publish_message):
            try:
                tell(taken, error, outcome)
            except OpsError:
                break  # The job's own record has it all; its settling waits for Redis.
            except Exception as bug:  # noqa: BLE001 - told of below
                self._on_bug(bug)
                bugs.append(bug)
        if bugs:
            raise bugs[0]

    def _record(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        self._recorder.failed(taken, error, outcome)

    def _raise_alarm(self, taken: Taken, _error: BaseException, outcome: Outcome) -> None:
        self._monitoring.failed(taken, outcome)

    def _publish_message(self, taken: Taken, _error: BaseException, outcome: Outcome) -> None:
        if outcome.state != "dead":
            return
        tell = self._tell()
        if not tell or taken.event.startswith("eco-") or is_cut(taken):
            return
        text = (
            f"{taken.service}: {taken.action} failed for good on {taken.event}:"
            f" {outcome.fields['error']}"
        )
        made = Made(taken.job, "dead", taken.fence)
        self._announcements.announce(made, tell, text, service=taken.service, meta=meta(taken))
