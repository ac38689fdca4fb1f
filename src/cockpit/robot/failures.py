"""What a failed attempt is told to: the ledger of ecos each time, and people at death.

An error raised while handling an eco is counted, and never published: it would go in circles.
"""

import time
from collections.abc import Callable

import msgspec

from cockpit import eco
from cockpit.bus import Made
from cockpit.eco.counting_log import CountingLog
from cockpit.errors import OpsError
from cockpit.robot.announcements import Announcements
from cockpit.robot.inboxes import Outcome
from cockpit.robot.job import Taken
from cockpit.robot.lineage import is_cut, meta
from cockpit.robot.monitoring import MONITOR, Monitoring


class Failures:
    """Publishes what failed attempts mean to others.

    Args:
        tell: Gives who hears of a dead job; empty for nobody.
        on_failed: Told the job, the error and the outcome, for the log of the process.
        node: Gives where this runs.
    """

    def __init__(
        self,
        log: CountingLog,
        announcements: Announcements,
        monitoring: Monitoring,
        *,
        tell: Callable[[], str],
        on_failed: Callable[[Taken, BaseException, Outcome], None],
        node: Callable[[], eco.Node] = eco.Node,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._node = node
        self._log = log
        self._announcements = announcements
        self._monitoring = monitoring
        self._tell = tell
        self._on_failed = on_failed
        self._clock = clock

    def __call__(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        """Take note of a failed attempt; never raises for want of Redis."""
        self._on_failed(taken, error, outcome)
        try:
            self._note(taken, error, outcome)
            self._monitoring.failed(taken, outcome)
            if outcome.state == "dead":
                self._publish_message(taken, outcome)
        except OpsError:
            return  # The job's own record has it all; its settling waits for Redis.

    def _note(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        # By role: the same mistake in each of many services is one eco.
        application = taken.service.partition("!")[0]
        found = eco.capture(
            error,
            "robot.action",
            epoch=int(self._clock()),
            node=self._node(),
            app_name=application,
            eco_type="MONITORING" if taken.action == MONITOR else None,
            about={
                "job": taken.job,
                "event": taken.event,
                "service": taken.service,
                "action": taken.action,
                "attempt": taken.failures + 1,
            },
            tags=[f"service:{taken.service}", f"action:{taken.action}"],
            conceal=outcome.conceal,
        )
        self._log.ledger.note(
            msgspec.structs.replace(found, meta=meta(taken)),
            mark=f"eco:{taken.job}:{taken.fence}",
            is_quiet=taken.event.startswith("eco-") or is_cut(taken),
        )

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
