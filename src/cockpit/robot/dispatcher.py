"""From the log to the inboxes: entry → matched subscriptions → jobs and trail → acknowledged.

One Lua call per batch does the durable step; only then is the batch acknowledged. A batch that
fails is pending and comes again; its jobs are named by their cause, so none is made twice.
"""

import time
from collections.abc import Callable
from typing import Any

import gevent
import msgspec

from cockpit.bus import Group, Pipe, Rejections, Script
from cockpit.bus.log import decode_entry
from cockpit.errors import InputError, OpsError
from cockpit.events import Event, check
from cockpit.robot.catalog import Catalog
from cockpit.robot.job import job_id
from cockpit.robot.sieve import Refused, Sifted

_BATCH = 200
_BUSY_S = 0.01
_GATHER_S = 0.004
_OTHERS_S = 5.0
_OTHERS_BLOCK_MS = 500


class Dispatcher:
    """Reads as the group `robot`; runs where the lease is.

    Args:
        on_dispatched: Told the type, the number of events and of new jobs of each batch.
        on_buried: Told the ids of entries that were given up.
        on_doubt: Told an event and the filters that failed on it.
        take_note: Told the type and the events of a batch; says for each why it calls nobody, "",
            or an empty list when none has a reason.
    """

    def __init__(
        self,
        pipe: Pipe,
        group: Group,
        catalog: Catalog,
        rejections: Rejections,
        *,
        on_dispatched: Callable[[str, int, int], None],
        on_buried: Callable[[list[str]], None],
        on_doubt: Callable[[Event, list[Refused]], None],
        take_note: Callable[[str, list[Event]], list[str]],
    ) -> None:
        self._take_note = take_note
        self._pipe = pipe
        self._group = group
        self._catalog = catalog
        self._rejections = rejections
        self._on_dispatched = on_dispatched
        self._on_buried = on_buried
        self._on_doubt = on_doubt
        self._last = 0.0
        self._dispatch = Script("cockpit.robot", "dispatch")

    def run(self) -> None:
        """Dispatch until killed.

        Raises:
            OpsError: Redis is away; start again later.
            Exception: An entry could not be dispatched; start again at once.
        """
        self._group.ensure()
        while True:
            try:
                self._recover()
            except OpsError:
                raise
            except Exception:
                # What is new must not wait until the one that fails is buried.
                self._read_on(time.monotonic() + _OTHERS_S)
                raise
            while batches := self._group.read(_BATCH):
                self._read(batches)

    def _read_on(self, end: float) -> None:
        while time.monotonic() < end:
            self._read(self._group.read(_BATCH, block_ms=_OTHERS_BLOCK_MS))

    def _read(self, batches: list[tuple[str, list[Any]]]) -> None:
        began = time.monotonic()
        self.batches(batches)
        self._gather(batches, began)

    def _gather(self, batches: list[tuple[str, list[Any]]], began: float) -> None:
        """Under load, let a batch gather: one event at a time would cost all of Redis's time."""
        is_busy = began - self._last < _BUSY_S
        self._last = began
        if is_busy and sum(len(entries) for _, entries in batches) < _BATCH // 2:
            gevent.sleep(_GATHER_S)

    def _recover(self) -> None:
        """Dispatch what was read and never acknowledged; bury what fails again and again."""
        while batches := self._group.pending(_BATCH):
            try:
                self.batches(batches)
            except OpsError:
                raise  # The world's fault, however often: what waits will be dispatched.
            except Exception:
                # Only what failed just now is pending still, so only that can be buried.
                if buried := self._group.bury_hopeless():
                    self._on_buried(buried)
                raise

    def batches(self, batches: list[tuple[str, list[Any]]]) -> None:
        """Dispatch entries as the group returned them.

        Raises:
            OpsError: Redis is away; everything comes again.
            Exception: An entry could not be dispatched; all others were.
        """
        failed: Exception | None = None
        for topic, entries in batches:
            try:
                self._batch(topic, entries)
            except OpsError:
                raise
            except Exception as error:  # noqa: BLE001 - one entry must not hold up the others
                failed = self._one_by_one(topic, entries) or error
        if failed is not None:
            raise failed

    def _one_by_one(self, topic: str, entries: list[Any]) -> Exception | None:
        failed: Exception | None = None
        for entry in entries:
            try:
                self._batch(topic, [entry])
            except OpsError:
                raise
            except Exception as error:  # noqa: BLE001 - see batches
                failed = error
        return failed

    def _batch(self, topic: str, entries: list[Any]) -> None:
        type_ = topic.removeprefix("ckpt.")
        decoded = [(entry[0], self._decoded(topic, type_, entry)) for entry in entries]
        good = [(name.decode(), event) for name, event in decoded if event is not None]
        made = -1
        idle = self._take_note(type_, [event for _, event in good]) if good else []
        while good and made < 0:
            index = self._catalog.index()
            found = [(name, event, index.match(event)) for name, event in good]
            if idle:
                found = [
                    (*one[:2], _idle(one[2], why)) for one, why in zip(found, idle, strict=True)
                ]
            for _, event, sifted in found:
                if sifted.failed:
                    self._on_doubt(event, sifted.failed)
            made = self._pipe.run(
                self._dispatch, (topic,), (_packed(self._group.name, index.version, type_, found),)
            )
            if made < 0:
                self._catalog.forget_index()
        if good:
            self._on_dispatched(type_, len(good), made)

    def _decoded(self, topic: str, type_: str, entry: Any) -> Event | None:
        if not entry[1]:
            self._group.acknowledge(topic, [entry[0]])  # Deleted while it was pending.
            return None
        try:
            event = decode_entry(type_, entry)
            check(event)
        except InputError as error:
            payload = dict(zip(entry[1][::2], entry[1][1::2], strict=True)).get(b"event", b"")
            self._rejections.add(topic, payload, str(error), group=self._group.name, entry=entry[0])
            return None
        return event


def _idle(sifted: Sifted, why: str) -> Sifted:
    """Return what becomes of an event that calls nobody, if it has a reason."""
    if not why:
        return sifted
    return Sifted(refused=[Refused("", "", "", why)], awaited=sifted.awaited)


def _packed(group: str, index: int, type_: str, entries: list[tuple[str, Event, Sifted]]) -> bytes:
    rows = []
    for name, event, sifted in entries:
        told = msgspec.json.encode(sifted.refused).decode() if sifted.refused else ""
        jobs = [
            (job_id(event.id, match.path, match.action), match.path, match.action)
            for match in sifted.matches
        ]
        rows.append((name, told, jobs, sifted.awaited))
    return msgspec.msgpack.encode({"index": index, "type": type_, "group": group, "events": rows})
