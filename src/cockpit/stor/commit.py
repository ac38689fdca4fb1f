"""Many small objects made durable together: what waits while the disk works goes in one go.

put → batch → journal, synced in a thread → put returns → each in its place, in a thread

An object that is durable and not in its place yet is found all the same: whoever asks for it waits
until it is.
"""

import errno
import itertools
import os
import time
from collections.abc import Callable

import gevent
from gevent.event import AsyncResult, Event

from cockpit.stor.journal import Journal
from cockpit.stor.tree import Tree

_AT_ONCE = 100
_UNPLACED_BYTES = 64 * 1024 * 1024
_QUIET_S = 0.05
_JOURNAL_BYTES = 16 * 1024 * 1024
_RETRY_S = 1.0
_PATIENCE_S = 10.0


class Commit:
    """Puts bytes in their places, in batches.

    Args:
        journal: Makes a batch durable.
        tree: Where its objects go.
    """

    def __init__(self, journal: Journal, tree: Tree) -> None:
        self._journal = journal
        self._tree = tree
        self._waiting: list[tuple[str, bytes, AsyncResult]] = []
        self._unplaced: dict[str, bytes] = {}
        self._unplaced_bytes = 0
        self._n_put = 0
        self._hurry = Event()
        self._moved = Event()
        self._writer: gevent.Greenlet | None = None
        self._placer: gevent.Greenlet | None = None

    def put(self, relative: str, data: bytes) -> None:
        """Return once the bytes survive a power cut.

        Raises:
            OSError: The disk is full, read-only or broken.
        """
        while self._unplaced_bytes >= _UNPLACED_BYTES:
            self._hurry.set()
            self._wait()
        self._n_put += 1
        result = AsyncResult()
        self._waiting.append((relative, data, result))
        if self._writer is None:
            self._writer = gevent.spawn(self._write)
        error = result.get()
        if error is not None:
            raise error

    def settle(self, relative: str) -> None:
        """Wait until an object that is durable stands in its place.

        Raises:
            OSError: It does not within 10 s: the disk is in trouble, and is tried again.
        """
        deadline = time.monotonic() + _PATIENCE_S
        while relative in self._unplaced:
            if time.monotonic() > deadline:
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN), relative)
            self._hurry.set()
            self._wait()

    def _wait(self) -> None:
        self._moved.clear()
        self._moved.wait(_RETRY_S)

    def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
                trouble = self._journalled([(relative, data) for relative, data, _ in batch])
                if trouble is None:
                    self._unplaced.update((relative, data) for relative, data, _ in batch)
                    self._unplaced_bytes += sum(len(data) for _, data, _ in batch)
                    self._placer = self._placer or gevent.spawn(self._place)
                for _, _, result in batch:
                    result.set(trouble)
        finally:
            self._writer = None

    def _journalled(self, items: list[tuple[str, bytes]]) -> OSError | None:
        before = self._journal.size_bytes
        try:
            if not self._journal.is_open:
                _in_a_thread(self._journal.open)
            if before > _JOURNAL_BYTES:
                while self._unplaced:
                    self._hurry.set()
                    self._wait()
                _in_a_thread(self._journal.begin_anew)
                before = 0
            self._journal.append(items)
            _in_a_thread(self._journal.sync)
        except OSError as error:
            self._journal.cut(before)
            return error
        return None

    def _place(self) -> None:
        """Put what is durable in its place, in the background."""
        try:
            while self._unplaced:
                self._wait_for_quiet()
                batch = list(itertools.islice(self._unplaced.items(), _AT_ONCE))
                done = gevent.get_hub().threadpool.apply(self._tree.create_all, (batch,))
                for relative in done:
                    self._unplaced_bytes -= len(self._unplaced.pop(relative))
                self._moved.set()
                if len(done) < len(batch):
                    gevent.sleep(_RETRY_S)  # The disk is in trouble; the journal has it all.
        finally:
            self._placer = None

    def _wait_for_quiet(self) -> None:
        """Let a burst pass: it is in the journal, and directories cost more than its records."""
        while True:
            before = self._n_put
            hurried = self._hurry.wait(_QUIET_S)
            if hurried or before == self._n_put:
                self._hurry.clear()
                return


def _in_a_thread(work: Callable[[], None]) -> None:
    """Wait for the disk in a thread; its trouble is raised here, where it is expected."""

    def caught() -> OSError | None:
        try:
            work()
        except OSError as error:
            return error
        return None

    error = gevent.get_hub().threadpool.apply(caught)
    if error is not None:
        raise error
