"""The settings that hold now: read at the start, and again whenever somebody asks for it.

read → what can follow, follows; what cannot is named → taken over     or all stays as it was
"""

import operator
import time
from collections.abc import Callable
from typing import Any

import msgspec

from cockpit.app.config import Config, settings_of
from cockpit.app.declared import SECTIONS
from cockpit.app.fields import fields
from cockpit.app.settings import Settings
from cockpit.errors import InputError, OpsError


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the settings were read last.

    Attributes:
        epoch: When, in seconds.
        changed: Keys that got another value then, and `people` or `calendars`.
        needs_restart: Keys that have another value in the file than in this process.
        problems: Why nothing was taken over, one per line of the settings; none when it was.
    """

    epoch: int
    changed: list[str] = []
    needs_restart: list[str] = []
    problems: list[str] = []


class Current:
    """The settings of this process.

    Attributes:
        settings: What holds now. Keys that need a restart keep the value they had at the start.
        reading: How they were read last.

    Args:
        read: Reads them; raises InputError or OpsError.
        clock: Epoch seconds.
    """

    def __init__(
        self, read: Callable[[], Config], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._read = read
        self._clock = clock
        self.config = read()
        self.reading = Reading(epoch=int(clock()))

    @property
    def settings(self) -> Settings:
        """What holds now; ask again rather than keep it."""
        return self.config.settings

    def reread(self, take: Callable[[Config], None]) -> Reading:
        """Read the settings again, and say what came of it.

        Args:
            take: Called with what will hold, to let follow what must be told. What it raises
                (InputError, OpsError) keeps everything as it was.
        """
        epoch = int(self._clock())
        try:
            found = self._read()
            config, changed, needs_restart = followed(self.config, found)
            take(config)
        except (InputError, OpsError) as error:
            problems = str(error).splitlines()
            self.reading = msgspec.structs.replace(
                self.reading, epoch=epoch, changed=[], problems=problems
            )
        else:
            self.config = config
            self.reading = Reading(epoch=epoch, changed=changed, needs_restart=needs_restart)
        return self.reading


def followed(held: Config, found: Config) -> tuple[Config, list[str], list[str]]:
    """Return what holds once new settings are read, keys that changed, keys that need a restart."""
    values: dict[str, Any] = {}
    changed: list[str] = []
    needs_restart: list[str] = []
    for field in fields():
        value = operator.attrgetter(field.key)
        before, after = value(held.settings), value(found.settings)
        values[field.key] = after if field.is_live else before
        if before != after:
            (changed if field.is_live else needs_restart).append(field.key)
    changed += [
        section
        for section in SECTIONS
        if getattr(held.declared, section) != getattr(found.declared, section)
    ]
    return (
        msgspec.structs.replace(found, settings=settings_of(values)),
        changed,
        needs_restart,
    )
