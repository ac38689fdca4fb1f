"""Takes note of what events mean beside the jobs they make: ecos are counted, alarms stand.

Called by the dispatcher before it looks for subscriptions. What is only a repeat calls nobody.
"""

from collections.abc import Callable, Sequence
from typing import Any

from cockpit.events import Event

TakeNote = Callable[[Sequence[Any]], list[str]]
"""Takes note of events of one type; returns for each why it calls nobody, or ""."""


class Bookkeeper:
    """The books of some types of event.

    Args:
        books: Type → who takes note of it. Events of other types cost nothing.
    """

    def __init__(self, **books: TakeNote) -> None:
        self._books = books

    def __call__(self, type_: str, events: Sequence[Event]) -> list[str]:
        """Return for each event why it calls nobody, or ""; an empty list is "" for all.

        Raises:
            OpsError: Redis is away; the same events come again.
        """
        book = self._books.get(type_)
        return book(events) if book else []
