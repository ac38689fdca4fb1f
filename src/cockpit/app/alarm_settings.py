"""The settings of alarms: how long they are kept, and when one flaps."""

from typing import Annotated

import msgspec
from msgspec import Meta

from cockpit.app.forms import LIVE, DurationText, LevelText, parse_duration, parse_level
from cockpit.eco.standing import Level, Rules


class Alarms(msgspec.Struct, frozen=True, kw_only=True):
    """Alarms, as they stand."""

    keep: Annotated[
        DurationText,
        Meta(description="Resolved alarms that did not change for so long go."),
        LIVE,
    ] = "30d"
    most: Annotated[
        int,
        Meta(
            ge=100,
            le=10_000_000,
            description="Alarms kept; above it resolved ones go, the oldest first.",
        ),
        LIVE,
    ] = 100_000
    escalate: Annotated[
        tuple[LevelText, ...],
        Meta(
            description="Who is told of an alarm that fires and that nobody took, one after the "
            "other: how long after it fired, and people, groups or calendars."
        ),
        LIVE,
    ] = ()
    escalate_severities: Annotated[
        tuple[str, ...],
        Meta(description="Only alarms of these severities are told; empty is all."),
        LIVE,
    ] = ()
    flap_changes: Annotated[
        int,
        Meta(ge=2, le=50, description="So many changes within flap_window are flapping."),
        LIVE,
    ] = 6
    flap_window: Annotated[
        DurationText,
        Meta(description="The time in which changes count, and after which calm is calm."),
        LIVE,
    ] = "10m"

    @property
    def rules(self) -> Rules:
        """The same as the alarms take it."""
        return Rules(
            most=self.most,
            keep_s=parse_duration(self.keep),
            levels=tuple(Level(*parse_level(text)) for text in self.escalate),
            severities=self.escalate_severities,
            flap_changes=self.flap_changes,
            flap_window_s=parse_duration(self.flap_window),
        )
