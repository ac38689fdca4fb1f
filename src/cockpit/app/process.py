"""What a server process has: its settings, its log, and what it does at SIGHUP."""

import os
from collections.abc import Callable
from typing import Any

import structlog

from cockpit.app import logs
from cockpit.app.config import Config, load
from cockpit.app.current import Current, Reading
from cockpit.app.hangup import Hangup
from cockpit.app.home import Home
from cockpit.app.readiness import Readiness
from cockpit.app.settings import Settings
from cockpit.errors import OpsError


class Process:
    """This process.

    Attributes:
        current: Its settings.
        logger: Where it tells what happens.
        readiness: How systemd hears of it.

    Args:
        log: Names its file in log/.

    Raises:
        InputError: A setting is wrong.
        OpsError: The settings cannot be read, or the log cannot be written.
    """

    def __init__(self, home: Home, log: str) -> None:
        # First of all: a signal that comes while the settings are read has them read once more.
        self._hangup = Hangup()
        # Taken away: what actions start is not the service.
        self.readiness = Readiness(os.environ.pop("NOTIFY_SOCKET", ""))
        self.current = Current(lambda: load(home.config, os.environ))
        self._outputs = logs.configure(self.settings().logs, home.log / f"{log}.log")
        self.logger: Any = structlog.get_logger()

    def settings(self) -> Settings:
        """Return the settings that hold now."""
        return self.current.settings

    def listen(
        self,
        *,
        take: Callable[[Config], None],
        taken: Callable[[], None],
        end: Callable[[], None],
    ) -> None:
        """Read the settings again at each SIGHUP from now on.

        Args:
            take: See `Current.reread`.
            taken: Called when others hold.
            end: Ends the process when its terminal is gone.
        """

        def reread() -> None:
            self.readiness.reloading()
            reading = self.current.reread(take)
            self._tell(reading)
            if not reading.problems:
                self._outputs.follow(self.settings().logs)
                try:
                    taken()
                except OpsError as error:
                    self.logger.warning("trouble_coped_with", where="settings", error=str(error))
            self.readiness.ready(_in_short(reading))

        def report(error: BaseException) -> None:
            self.logger.error("bug_found", where="settings", exc_info=error)

        self._hangup.start(reread=reread, end=end, report=report)

    def close(self) -> None:
        """Take no more notice of SIGHUP."""
        self._hangup.stop()

    def _tell(self, reading: Reading) -> None:
        for problem in reading.problems:
            self.logger.error("settings_refused", problem=problem)
        if reading.problems:
            return
        self.logger.info("settings_read", changed=reading.changed)
        for key in reading.needs_restart:
            self.logger.warning("setting_waits", what=f"{key}: needs a restart")


def _in_short(reading: Reading) -> str:
    if reading.problems:
        return f"settings refused: {reading.problems[0]}"
    waits = f"; need a restart: {', '.join(reading.needs_restart)}"
    return f"settings read{waits if reading.needs_restart else ''}"
