"""Many small objects made durable together: what waits while the disk works goes in one go.

PERF: an object of its own would wait for the disk four times in a row. A batch waits twice,
whatever its size: once for what all its drafts hold, once for all their names. Only the waiting
happens in a thread: the calls before it end in memory, and a thread would wait for the
interpreter's lock after each of them.
"""

from collections.abc import Callable

import gevent
from gevent.event import AsyncResult

from cockpit.stor.tree import Tree

_AT_ONCE = 100


class _Item:
    """One object on its way."""

    def __init__(self, relative: str, data: bytes) -> None:
        self.relative = relative
        self.data = data
        self.draft = ""
        self.done = AsyncResult()


class Commit:
    """Puts bytes in their places, in batches.

    Args:
        tree: Where they go.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._waiting: list[_Item] = []
        self._greenlet: gevent.Greenlet | None = None

    def put(self, relative: str, data: bytes) -> None:
        """Return once the bytes survive a power cut.

        Raises:
            OSError: The disk is full, read-only or broken.
        """
        item = _Item(relative, data)
        self._waiting.append(item)
        if self._greenlet is None:
            self._greenlet = gevent.spawn(self._work)
        error = item.done.get()
        if error is not None:
            raise error

    def _work(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                self._batch(batch)
        finally:
            self._greenlet = None

    def _batch(self, batch: list[_Item]) -> None:
        drafted = [item for item in batch if self._try(item, self._draft)]
        self._sync(drafted)
        placed = [
            item for item in drafted if not item.done.ready() and self._try(item, self._place)
        ]
        self._sync(placed)
        for item in placed:
            if not item.done.ready():
                item.done.set(None)

    def _draft(self, item: _Item) -> None:
        if not self._tree.has(item.relative, len(item.data)):
            item.draft = self._tree.write(item.data)

    def _place(self, item: _Item) -> None:
        # One that was there already has no draft; its name is synced with the others.
        if item.draft:
            self._tree.place(item.draft, item.relative)
            item.draft = ""

    def _sync(self, items: list[_Item]) -> None:
        if not items:
            return
        try:
            gevent.get_hub().threadpool.apply(self._tree.sync)
        except OSError as error:
            for item in items:
                self._fail(item, error)

    def _try(self, item: _Item, step: Callable[[_Item], None]) -> bool:
        """Take one step for one object; its trouble is its own."""
        try:
            step(item)
        except OSError as error:
            self._fail(item, error)
            return False
        return True

    def _fail(self, item: _Item, error: OSError) -> None:
        if item.draft:
            self._tree.drop(item.draft)
        item.done.set(error)
