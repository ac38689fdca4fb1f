"""What the ledger keeps of ecos, and what it is asked for."""

from typing import Literal

import msgspec

from cockpit.events import Eco

Outcome = Literal["new", "repeat", "reopened", "dropped"]


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of ecos is kept; see `[eco]` in docs/configuration.md.

    Attributes:
        most: Ecos at all.
        most_bytes: Of their texts together.
        new_per_5m: New ones of one application in five minutes; repeats always count.
        new_per_hour: The same in an hour.
        keep_s: Closed ones that were not seen for so long go.
    """

    most: int = 100_000
    most_bytes: int = 128 * 1024**2
    new_per_5m: int = 1_000
    new_per_hour: int = 5_000
    keep_s: float = 30 * 86_400.0


class Noted(msgspec.Struct, frozen=True):
    """What a hit did.

    Attributes:
        guid: Of the eco that it is one of; "" when it was dropped.
        event: The newest event that told of this eco; "" when none did.
        is_published: Whether this hit made that event.
    """

    guid: str
    state: str
    occurence: int
    outcome: Outcome
    event: str
    is_published: bool


class Change(msgspec.Struct, frozen=True):
    """One thing that became of an eco: `new`, `alert`, `closed`, `reopened`, and by whom."""

    epoch: int
    what: str
    who: str = ""
    event: str = ""


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """An eco as it stands.

    Attributes:
        eco: With the ledger's guid, state, counts and times; `epoch` is when it was seen first.
        by: Who closed or reopened it.
        event: The newest event that told of it, `first_event` the first.
        notices: How many events told of it.
        parents: What led to it, newest first, ten at most; `jobs` the jobs that failed with it.
        history: Oldest first; lists leave out these three.
    """

    eco: Eco
    fingerprint: str
    by: str = ""
    event: str = ""
    first_event: str = ""
    notices: int = 0
    parents: list[str] = []
    jobs: list[str] = []
    history: list[Change] = []


class Wanted(msgspec.Struct, frozen=True):
    """Which ecos are meant; "" and 0 are all.

    Attributes:
        text: Stands in message, category, function or file, in any case.
        since: Seen since, in epoch seconds.
    """

    state: str = ""
    app: str = ""
    type: str = ""
    text: str = ""
    since: int = 0

    def means(self, eco: Eco) -> bool:
        """Tell whether an eco is meant, its state aside."""
        if eco.last_time < self.since:
            return False
        if self.app not in ("", eco.app_name) or self.type not in ("", eco.eco_type):
            return False
        if not self.text:
            return True
        told = (eco.error_msg, eco.category, eco.func_name, eco.func_filename)
        return any(self.text.lower() in one.lower() for one in told)


class Page(msgspec.Struct, frozen=True):
    """Ecos, seen last first; `edge` tells where to go on, "" at the end."""

    ecos: list[Kept]
    edge: str
