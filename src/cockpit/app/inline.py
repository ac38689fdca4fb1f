"""The robot of a rack that runs actions in its own process, as the specification drew it."""

import time
from typing import Any

import gevent
import msgspec

from cockpit.app import hands as parts
from cockpit.app.hands import Hands
from cockpit.app.settings import Settings
from cockpit.bus import Pipe
from cockpit.errors import OpsError

_BEAT_S = 1.0
_GRACE_S = 10.0


class Inline:
    """Runs actions among the greenlets of this process.

    Args:
        node: The rack, which it is named after.
    """

    def __init__(
        self, pipe: Pipe, hands: Hands, settings: Settings, logger: Any, *, node: str
    ) -> None:
        self._hands = hands
        self._logger = logger
        self._node = node
        self._name = f"{node}-inline"
        self._worker = parts.worker(hands, pipe, settings, logger, robot=self._name, solo="also")
        self._greenlets: list[gevent.Greenlet] = []

    def start(self) -> None:
        """Begin; returns at once."""
        self._greenlets = [gevent.spawn(self._worker.run), gevent.spawn(self._beats)]

    def stop(self) -> None:
        """Let actions end, or take back their jobs when they take too long."""
        self._worker.stop(_GRACE_S)
        gevent.joinall(self._greenlets[:1], timeout=1)
        gevent.killall(self._greenlets)
        self._hands.losses.shared(self._name, "the rack stopped")

    def _beats(self) -> None:
        while True:
            about: dict[str, Any] = {"repos": self._hands.catalog.repos(), "node": self._node}
            about |= {"running": self._worker.running, "seen": int(time.time())}
            try:
                self._hands.inboxes.beat({self._name: msgspec.json.encode(about)})
            except OpsError as error:
                self._logger.debug("beat_missed", error=str(error))
            gevent.sleep(_BEAT_S)
