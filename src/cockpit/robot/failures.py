"""What a failed attempt is told to: an eco at the first failure and at death, and people at death.

An error raised while handling an eco stands in the job's record and is never published.
"""

import time
from collections.abc import Callable

import msgspec

from cockpit import eco, events
from cockpit.bus import Log
from cockpit.errors import InputError, OpsError
from cockpit.robot.inboxes import Outcome
from cockpit.robot.job import Taken
from cockpit.robot.service import MAX_HOPS, hops_of


class Failures:
    """Publishes what failed attempts mean to others.

    Args:
        tell: Who hears of a dead job; empty for nobody.
        on_failed: Told the job, the error and the outcome, for the log of the process.
    """

    def __init__(
        self,
        log: Log,
        *,
        tell: str,
        on_failed: Callable[[Taken, BaseException, Outcome], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._log = log
        self._tell = tell
        self._on_failed = on_failed
        self._clock = clock

    def __call__(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        """Take note of a failed attempt; never raises for want of Redis."""
        self._on_failed(taken, error, outcome)
        try:
            if outcome.state == "dead":
                self._publish_eco(taken, error, outcome)
                self._publish_message(taken, outcome)
            elif taken.failures == 0:
                self._publish_eco(taken, error, outcome)
        except OpsError:
            return  # The job's own record has it all; its settling waits for Redis.

    def _publish_eco(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        if taken.event.startswith("eco-"):
            return
        extra = {"job": taken.job, "service": taken.service, "action": taken.action}
        found = eco.capture(
            error,
            "robot.action",
            epoch=int(self._clock()),
            app_name=taken.service,
            extra=msgspec.json.encode(extra).decode(),
            conceal=outcome.conceal,
        )
        self._append(taken, found, f"eco:{taken.job}:{taken.fence}")

    def _publish_message(self, taken: Taken, outcome: Outcome) -> None:
        if not self._tell or taken.event.startswith("eco-"):
            return
        text = (
            f"{taken.service}: {taken.action} failed for good on {taken.event}:"
            f" {outcome.fields['error']}"
        )
        args = {"who": self._tell, "msg": text, "service": taken.service.partition("/")[2]}
        event = events.Telegram(io="output", action="message", args=args, epoch=int(self._clock()))
        self._append(taken, event, f"dead:{taken.job}:{taken.fence}")

    def _append(self, taken: Taken, event: events.Event, mark: str) -> None:
        hops = _hops(taken) + 1
        # One more than actions may: where a chain is cut, an eco tells of it.
        if hops > MAX_HOPS + 1:
            return
        meta = {
            "source": "robot",
            "parent": taken.event,
            "job": taken.job,
            "hops": hops,
        }
        self._log.append(msgspec.structs.replace(event, meta=meta), mark=mark)


def _hops(taken: Taken) -> int:
    try:
        return hops_of(events.decode(taken.raw)) if taken.raw else 0
    except InputError:
        return 0
