"""What every node runs beside its robots: dispatcher, schedule, bridge, changes, replays, timers.

All but the timers are one at a time, by lease; timers may run anywhere.
"""

import os
from collections.abc import Callable
from typing import Any

from cockpit.access.audit import Audit
from cockpit.app.bug import Reporter
from cockpit.app.hands import Hands
from cockpit.app.settings import Settings
from cockpit.bus import Bridge, Group, Lease, Log, Outbox, Pipe, Pressure, Rejections, Retention
from cockpit.eco.terms import Terms, write
from cockpit.robot import (
    Bookkeeper,
    Changes,
    Dispatcher,
    Doubts,
    Due,
    Messages,
    Questions,
    Replays,
    Runs,
    Schedule,
    Timers,
)
from cockpit.telegram import Outgoing


class Engine:
    """The moving parts of one node.

    Args:
        settings: Gives those that hold now.
        node: Begins the owner of its leases.
        forget: Called with `<space>/<digest>` of stor objects that no event links any more.
        on_pressure: Told when the doors must close or may open again, and the share of memory used.
    """

    def __init__(
        self,
        pipe: Pipe,
        hands: Hands,
        settings: Callable[[], Settings],
        logger: Any,
        *,
        node: str,
        forget: Callable[[str], None],
        on_pressure: Callable[[bool, float], None],
    ) -> None:
        self._logger = logger
        self._node = node
        self.is_bridge_listening = False
        self.bridge_absences = 0
        self._pipe = pipe
        self._log = hands.log
        self._owner = f"{node}:{os.getpid()}"
        self._report = Reporter(hands.log, logger, "engine", node=lambda: settings().node.node)
        self.pressure = Pressure(pipe, on_change=on_pressure)
        self.group = Group(pipe, "robot")
        self._bridge = self._new_bridge()
        self._bridge_lease = self._lease("bridge", self._bridge.run)
        self._dispatcher_lease = self._lease("dispatcher", self._dispatcher(hands).run)
        schedule = Schedule(pipe, hands.catalog, Log(pipe))
        schedule_lease = self._lease("schedule", schedule.run)
        changes_lease = self._lease("changes", Changes(pipe, hands.catalog).run)
        replays = Replays(pipe, Log(pipe, admit=self.pressure.admit))
        replays_lease = self._lease("replays", replays.run)
        self._leases = (
            self._bridge_lease,
            self._dispatcher_lease,
            schedule_lease,
            changes_lease,
            replays_lease,
        )
        self._settings = settings
        self._timers = self._clockwork(hands, forget)

    def _lease(self, name: str, body: Callable[[], None]) -> Lease:
        return Lease(self._pipe, name=name, owner=self._owner, body=body, report=self._report)

    def _new_bridge(self) -> Bridge:
        rejections = Rejections(self._pipe)
        return Bridge(self._pipe, self._log, rejections, on_listening=self._note_listening)

    def _dispatcher(self, hands: Hands) -> Dispatcher:
        return Dispatcher(
            self._pipe,
            self.group,
            hands.catalog,
            Rejections(self._pipe),
            on_dispatched=self._note_dispatched,
            on_buried=self._note_buried,
            on_doubt=Doubts(self._log),
            take_note=Bookkeeper(eco=self._log.ledger.enter, alarm=hands.alarms.apply),
        )

    def _clockwork(self, hands: Hands, forget: Callable[[str], None]) -> Timers:
        questions, messages = Questions(self._pipe), Messages(self._pipe)
        runs = Runs(self._pipe, hands.catalog)
        return Timers(
            hands.inboxes,
            pressure=self.pressure,
            lapse=lambda: questions.lapse(self._settings().log.keep_s),
            rounds=(hands.postman.round, hands.alarms.fall_due),
            trims=(
                lambda _now: write(self._pipe, self._eco_terms()),
                lambda now: self._retention(forget).trim(now),
                lambda now: messages.trim(now - self._settings().log.keep_s),
                lambda now: runs.trim(now - self._settings().log.keep_s),
                lambda now: Rejections(self._pipe).trim(now - self._settings().log.keep_s),
                lambda now: Outbox(self._pipe).trim(now - self._settings().outbox.keep_s),
                self._log.ledger.trim,
                hands.alarms.trim,
                lambda now: Outgoing(self._pipe).trim(now - self._settings().log.keep_s),
                lambda now: Audit(self._pipe).trim(now - self._settings().audit.keep_s),
            ),
            on_due=self._note_due,
            report=self._report,
        )

    def _eco_terms(self) -> Terms:
        settings = self._settings()
        return Terms(settings.eco.limits, settings.node.node)

    def _retention(self, forget: Callable[[str], None]) -> Retention:
        log = self._settings().log
        return Retention(self._pipe, keep_s=log.keep_s, max_bytes=log.limit_bytes, forget=forget)

    @property
    def is_bridging(self) -> bool:
        """Whether the bridge runs here; it may not be subscribed yet."""
        return self._bridge_lease.is_held

    @property
    def bridge_last_receive_epoch(self) -> float:
        """When the bridge here took in something last, in seconds; 0 is never."""
        return self._bridge.last_receive_epoch

    @property
    def is_dispatching(self) -> bool:
        """Whether the dispatcher runs here."""
        return self._dispatcher_lease.is_held

    def break_own_leases(self) -> None:
        """Free what a killed predecessor of this node still holds."""
        for lease in self._leases:
            lease.break_if(f"{self._node}:")

    def start(self) -> None:
        """Start all of it; returns at once."""
        self.group.ensure()
        for lease in self._leases:
            lease.start()
        self._timers.start()

    def stop(self) -> None:
        """Stop all of it and give up the leases."""
        self._timers.stop()
        for lease in reversed(self._leases):
            lease.stop()
        self.group.close()

    def _note_listening(self, is_listening: bool) -> None:
        if self.is_bridge_listening and not is_listening:
            self.bridge_absences += 1
            self._logger.warning("bridge_gone", what="what is published now is lost; XADD is not")
        self.is_bridge_listening = is_listening

    def _note_dispatched(self, type_: str, events: int, jobs: int) -> None:
        self._logger.debug("events_dispatched", type=type_, events=events, jobs=jobs)

    def _note_buried(self, events: list[str]) -> None:
        self._logger.error("events_buried", events=events)

    def _note_due(self, due: Due) -> None:
        if due.lost:
            self._logger.warning("jobs_lost", jobs=due.lost)
        self._logger.debug("jobs_due", retried=due.retried)
