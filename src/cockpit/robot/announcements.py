"""What people are told on the robot's own account: a message by all ways, and an event for doors.

announce → the message is stored and mailed → a telegram event `message`, for the chat
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from cockpit import events
from cockpit.bus import Log, Made
from cockpit.eco.standing import Standing
from cockpit.robot.postman import Postman


class Announcements:
    """Tells people.

    Args:
        clock: Epoch seconds.
    """

    def __init__(
        self, log: Log, postman: Postman, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._log = log
        self._postman = postman
        self._clock = clock

    def announce(
        self, made: Made, who: str, text: str, *, service: str, meta: Mapping[str, Any]
    ) -> list[str]:
        """Tell people something once, however often this is called; returns who they are.

        Args:
            made: Names it.
            who: Names of people, groups and calendars, with commas between.
            service: `<repo>/<key>`, that it is about.
            meta: Of the event.

        Raises:
            OpsError: Redis is away; nobody is told twice when it is tried again.
        """
        message = self._postman.send(made, who, text, service=service)
        args = {"who": who, "to": message.to, "msg": text}
        event = events.Telegram(
            io="output",
            action="message",
            args=args | {"service": service.partition("/")[2]},
            epoch=int(self._clock()),
            meta={"message": message.id, **meta},
        )
        self._log.append(event, mark=f"{made.kind}:{made.job}:{made.n}")
        return message.to

    def tell(self, alarm: Standing, made: Made, who: str, text: str) -> list[str]:
        """Tell people of an alarm; returns who they are.

        Raises:
            OpsError: As `announce`.
        """
        meta = {"source": "robot", "parent": alarm.event, "alarm": alarm.id}
        service = f"{alarm.repo}/{alarm.service}"
        return self.announce(made, who, text, service=service, meta=meta)
