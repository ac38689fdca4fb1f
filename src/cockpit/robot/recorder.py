"""What goes into the ledger of ecos from jobs: failed attempts, and what actions record themselves.

An error while an eco is handled is counted, and never published: it would go in circles.
"""

import time
from collections.abc import Callable
from typing import Any

import msgspec

from cockpit import eco
from cockpit.eco.condition import Condition, described
from cockpit.eco.frames import Place, excerpt
from cockpit.eco.ledger import Ledger
from cockpit.eco.mask import mask
from cockpit.events import Eco
from cockpit.robot.inboxes import Outcome
from cockpit.robot.job import Taken
from cockpit.robot.lineage import is_cut, meta
from cockpit.robot.monitoring import MONITOR

_WHERE = "robot.action"


class Recorder:
    """Counts the errors of jobs.

    Args:
        node: Gives where this runs.
        where_is: Tells where an action of a service stands.
    """

    def __init__(
        self,
        ledger: Ledger,
        *,
        node: Callable[[], eco.Node] = eco.Node,
        where_is: Callable[[str, str], Place] = lambda _service, action: Place(function=action),
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._ledger = ledger
        self._node = node
        self._where_is = where_is
        self._clock = clock

    def failed(self, taken: Taken, error: BaseException, outcome: Outcome) -> None:
        """Count a failed attempt.

        Raises:
            OpsError: Redis is away or memory is short.
        """
        found = eco.capture(
            error,
            _WHERE,
            eco_type="MONITORING" if taken.action == MONITOR else None,
            **self._about(taken, outcome.conceal),
        )
        if error.__traceback__ is None:
            found = self._placed(found, taken)
        self._note(taken, found, f"eco:{taken.job}:{taken.fence}")

    def condition(
        self, taken: Taken, number: int, condition: Condition, conceal: Callable[[str], str]
    ) -> None:
        """Count what an action recorded, its `number` in this attempt.

        Raises:
            OpsError: Redis is away or memory is short.
        """
        found = described(condition, _WHERE, **self._about(taken, conceal))
        self._note(taken, found, f"eco:{taken.job}:{taken.fence}:{number}")

    def _placed(self, found: Eco, taken: Taken) -> Eco:
        """Return it with the place of its action: a process that was killed left none."""
        place = self._where_is(taken.service, taken.action)
        return msgspec.structs.replace(
            found,
            func_name=place.function,
            func_filename=place.filename,
            line_nbr=place.line,
            code=mask(excerpt(place)),
        )

    def _about(self, taken: Taken, conceal: Callable[[str], str]) -> dict[str, Any]:
        return {
            "epoch": int(self._clock()),
            "node": self._node(),
            # By role: the same mistake in each of many services is one eco.
            "app_name": taken.service.partition("!")[0],
            "about": {
                "job": taken.job,
                "event": taken.event,
                "service": taken.service,
                "action": taken.action,
                "attempt": taken.failures + 1,
            },
            "tags": [f"service:{taken.service}", f"action:{taken.action}"],
            "conceal": conceal,
        }

    def _note(self, taken: Taken, found: Eco, mark: str) -> None:
        self._ledger.note(
            msgspec.structs.replace(found, meta=meta(taken)),
            mark=mark,
            is_quiet=taken.event.startswith("eco-") or is_cut(taken),
        )
