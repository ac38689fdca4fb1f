"""The settings of alarms: how long they are kept, and when one flaps."""

from typing import Annotated

import msgspec
from msgspec import Meta

from cockpit.app.forms import LIVE, DurationText, parse_duration
from cockpit.eco.standing import Rules


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
            flap_changes=self.flap_changes,
            flap_window_s=parse_duration(self.flap_window),
        )
