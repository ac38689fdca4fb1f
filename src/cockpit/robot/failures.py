"""What a failed attempt is told to: an eco at the first failure and at death, and people at death.

An error raised while handling an eco stands in the job's record and is never published.
"""

import time
from collections.abc import Callable

import msgspec

from cockpit import eco, events
from cockpit.bus import Log, Made
from cockpit.errors import InputError, OpsError
from cockpit.robot.inboxes import Outcome
from cockpit.robot.job import Taken
from cockpit.robot.postman import Postman
from cockpit.robot.service import MAX_HOPS, hops_of


class Failures:
    """Publishes what failed attempts mean to others.

    Args:
        tell: Gives who hears of a dead job; empty for nobody.
        on_failed: Told the job, the error and the outcome, for the log of the process.
    """

    def __init__(
        self,
        log: Log,
        postman: Postman,
        *,
        tell: Callable[[], str],
        on_failed: Callable[[Taken, BaseException, Outcome], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._log = log
        self._postman = postman
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
        tell = self._tell()
        if not tell or taken.event.startswith("eco-") or _is_cut(taken):
            return
        text = (
            f"{taken.service}: {taken.action} failed for good on {taken.event}:"
            f" {outcome.fields['error']}"
        )
        made = Made(taken.job, "dead", taken.fence)
        message = self._postman.send(made, tell, text, service=taken.service)
        args = {"who": tell, "to": message.to, "msg": text}
        event = events.Telegram(
            io="output",
            action="message",
            args=args | {"service": taken.service.partition("/")[2]},
            epoch=int(self._clock()),
            meta={"message": message.id},
        )
        self._append(taken, event, f"dead:{taken.job}:{taken.fence}")

    def _append(self, taken: Taken, event: events.Event, mark: str) -> None:
        if _is_cut(taken):
            return
        meta = event.meta | {
            "source": "robot",
            "parent": taken.event,
            "job": taken.job,
            "hops": _hops(taken) + 1,
        }
        self._log.append(msgspec.structs.replace(event, meta=meta), mark=mark)


def _is_cut(taken: Taken) -> bool:
    # One more than actions may: where a chain is cut, an eco tells of it.
    return _hops(taken) > MAX_HOPS


def _hops(taken: Taken) -> int:
    try:
        return hops_of(events.decode(taken.raw)) if taken.raw else 0
    except InputError:
        return 0
