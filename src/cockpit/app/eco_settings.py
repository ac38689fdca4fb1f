"""The settings of ecos: where errors happen, and how many of them are kept."""

from typing import Annotated

import msgspec
from msgspec import Meta

from cockpit import eco
from cockpit.app.forms import LIVE, DurationText, SizeText, parse_duration, parse_size
from cockpit.eco.kept import Limits

_NUMBER = Meta(ge=0, le=2**31)


class Node(msgspec.Struct, frozen=True, kw_only=True):
    """This machine among those of an organisation, as each eco says it."""

    gid: Annotated[int, _NUMBER, Meta(description="The number of the grid."), LIVE] = 1
    nid: Annotated[int, _NUMBER, Meta(description="The number of the node in it."), LIVE] = 1

    @property
    def node(self) -> eco.Node:
        """The same as captures take it."""
        return eco.Node(self.gid, self.nid)


class Eco(msgspec.Struct, frozen=True, kw_only=True):
    """Ecos: errors, equal ones counted as one."""

    keep: Annotated[
        DurationText, Meta(description="Closed ecos that were not seen for so long go."), LIVE
    ] = "30d"
    most: Annotated[
        int,
        Meta(
            ge=100,
            le=10_000_000,
            description="Ecos kept; above it closed ones go, oldest first, then those that were "
            "not seen for longest.",
        ),
        LIVE,
    ] = 100_000
    max_bytes: Annotated[
        SizeText,
        Meta(description="What their texts may take together; above it they go so too."),
        LIVE,
    ] = "128mb"
    new_per_5m: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000_000,
            description="New ecos of one application in five minutes; more are counted and not "
            "kept. Repeats always count.",
        ),
        LIVE,
    ] = 1_000
    new_per_hour: Annotated[
        int, Meta(ge=1, le=10_000_000, description="The same in an hour."), LIVE
    ] = 5_000

    @property
    def limits(self) -> Limits:
        """The same as the ledger takes it."""
        return Limits(
            most=self.most,
            most_bytes=parse_size(self.max_bytes),
            new_per_5m=self.new_per_5m,
            new_per_hour=self.new_per_hour,
            keep_s=parse_duration(self.keep),
        )
