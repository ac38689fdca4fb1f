"""An action named `monitor` is a watch: when it fails its service's alarm fires, until it succeeds.

attempt → failed, and not firing yet → Alarm firing; succeeded, and firing → Alarm resolved
"""

import time
from collections.abc import Callable

from cockpit.eco.alarms import Alarms
from cockpit.errors import OpsError
from cockpit.events import Alarm
from cockpit.robot.inboxes import Outcome
from cockpit.robot.job import Taken
from cockpit.robot.lineage import is_cut, meta

MONITOR = "monitor"


class Monitoring:
    """Raises and resolves the alarms of monitors.

    Args:
        clock: Epoch seconds.
    """

    def __init__(self, alarms: Alarms, *, clock: Callable[[], float] = time.time) -> None:
        self._alarms = alarms
        self._clock = clock

    def failed(self, taken: Taken, outcome: Outcome) -> None:
        """Take note of a failed attempt.

        Raises:
            OpsError: Redis is away; the next attempt says it.
        """
        if taken.action == MONITOR and not is_cut(taken):
            self._say(taken, "firing", outcome.fields["error"])

    def succeeded(self, taken: Taken) -> None:
        """Take note of an attempt that went well; without Redis the next one says it."""
        if taken.action != MONITOR or is_cut(taken):
            return
        try:
            self._say(taken, "resolved", f"{taken.service}: {MONITOR} succeeds")
        except OpsError:
            return

    def _say(self, taken: Taken, status: str, msg: str) -> None:
        repo, _, service = taken.service.partition("/")
        alarm = Alarm(
            service=service,
            method=MONITOR,
            status=status,
            severity="critical",
            msg=msg,
            epoch=int(self._clock()),
            meta=meta(taken) | {"repo": repo},
        )
        known = self._alarms.status(alarm) or "resolved"
        if known != status:
            self._alarms.say(alarm, mark=f"{MONITOR}:{taken.job}:{taken.fence}")
