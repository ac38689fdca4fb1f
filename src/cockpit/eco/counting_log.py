"""The event log as whoever publishes uses it: an eco is counted first, and told of now and then."""

from collections.abc import Callable, Sequence

from cockpit.bus import Appended, Log, Made, Pipe
from cockpit.bus.log import WEEK_S, EventId, without_id
from cockpit.eco.foreign import guarded
from cockpit.eco.ledger import Ledger
from cockpit.errors import QuotaError
from cockpit.events import Eco, Event

_LATER_S = 60.0


class CountingLog(Log):
    """Appends events; ecos pass through the ledger.

    Attributes:
        ledger: The ledger.
    """

    def __init__(
        self, pipe: Pipe, ledger: Ledger, *, admit: Callable[[], None] | None = None
    ) -> None:
        super().__init__(pipe, admit=admit)
        self.ledger = ledger

    def append(
        self,
        event: Event,
        *,
        mark: str | None = None,
        keep_mark_s: int = WEEK_S,
        refs: Sequence[str] = (),
        made: Made | None = None,
        publish: bool = True,
    ) -> Appended:
        """Append one event as `Log.append` does; for an eco, the event that told of it last.

        `is_new` is whether this call made that event: an eco that was only counted makes none.

        Raises:
            OpsError: As `Log.append`.
            QuotaError: Its application had too many new ecos.
        """
        # What is replayed was counted when it happened.
        if not isinstance(event, Eco) or "replay_of" in event.meta:
            return super().append(
                event, mark=mark, keep_mark_s=keep_mark_s, refs=refs, made=made, publish=publish
            )
        self.admit()
        noted = self.ledger.note(
            guarded(without_id(event)),
            mark=mark,
            keep_mark_s=keep_mark_s,
            refs=refs,
            made=made,
            publish=publish,
        )
        if noted.outcome == "dropped":
            raise QuotaError(
                f"app_name: {event.app_name:.60} had too many new ecos; they are counted, not kept",
                after_s=_LATER_S,
            )
        return Appended(EventId(noted.event), noted.is_published)
