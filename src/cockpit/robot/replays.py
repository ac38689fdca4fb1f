"""Replays of many events: chosen by type, time and filter, appended again at a rate.

Where a replay is, is in Redis, and moving it on and appending a copy are one step there: it goes on
after a restart, and appends no event twice.
"""

import time
from collections.abc import Callable
from typing import Annotated

import gevent
import msgspec
from msgspec import Meta

from cockpit import events
from cockpit.bus import Log, Pipe, Script, keys
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.robot.search import Search, Wanted

STATES = ("running", "ok", "cancelled")
MOST_ACTIVE = 10
MOST_COUNTED = 100_000
KEPT = 100

_LOOK_S = 0.5
_SHORTEST_S = 0.02
_STEPS_A_SECOND = 10
_COUNT_PATIENCE_S = 5.0
_PAGE = 100
_BEGIN = "0"

Rate = Annotated[int, Meta(ge=1, le=1000, description="Events a second.", examples=[100])]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A replay of many events.

    Attributes:
        id: Its id; none when it was only counted.
        state: `running`, `ok` or `cancelled`; `counted` when nothing was done.
        since: Replayed are events stored from here on, in epoch seconds.
        until: And before here.
        events: How many were appended again so far, or would be.
        is_whole: Whether all were counted; false when there are too many to count at once.
        done: How much of the time is behind it, from 0 to 1.
        by: Who began it.
        began: In epoch seconds.
        ended: In epoch seconds; 0 while it runs.
    """

    id: str | msgspec.UnsetType = msgspec.UNSET
    state: str = "counted"
    type: str = ""
    where: str = ""
    since: int = 0
    until: int = 0
    rate: int = 100
    events: int = 0
    is_whole: bool = True
    done: float = 0
    by: str = ""
    began: int = 0
    ended: int = 0


class Replays:
    """Begins, shows and cancels replays, and does them where its lease is.

    Args:
        log: Asks for admission: when memory is short a replay waits.
        clock: Epoch seconds.
    """

    def __init__(self, pipe: Pipe, log: Log, *, clock: Callable[[], float] = time.time) -> None:
        self._pipe = pipe
        self._log = log
        self._clock = clock
        self._end = Script("cockpit.robot", "replayed")
        self._searches: dict[str, Search] = {}

    def count(self, wanted: Wanted, rate: int) -> Replay:
        """Count what would be replayed; nothing happens.

        It looks at 100,000 events at most, and takes 5 seconds at most.

        Raises:
            InputError: A type or the filter is wrong.
        """
        wanted = self._ended(wanted)
        search, after, n = Search(self._log, wanted), _BEGIN, 0
        end = time.monotonic() + _COUNT_PATIENCE_S
        while after and n < MOST_COUNTED and time.monotonic() < end:
            page = search.page(_PAGE, after=after, patience_s=end - time.monotonic())
            n += len(_originals(page.events))
            after = page.edge
        return Replay(**msgspec.structs.asdict(wanted), rate=rate, events=n, is_whole=not after)

    def begin(self, wanted: Wanted, rate: int, *, by: str) -> Replay:
        """Begin a replay; it goes on in the background.

        Args:
            by: Who asks for it.

        Raises:
            InputError: A type or the filter is wrong; ConflictError when too many are running.
        """
        wanted = self._begun(self._ended(wanted))
        if self._pipe.call("SCARD", keys.REPLAYS_ACTIVE) >= MOST_ACTIVE:
            raise ConflictError(f"{MOST_ACTIVE} replays are running: cancel one, or wait")
        number = self._pipe.call("INCR", keys.REPLAYS_LAST)
        made = Replay(
            id=f"replay-{number}",
            state="running",
            rate=rate,
            by=by,
            began=int(self._clock()),
            **msgspec.structs.asdict(wanted),
        )
        told = msgspec.json.encode(made)
        record = (
            "HSET",
            keys.replay(str(made.id)),
            "told",
            told,
            "state",
            "running",
            "edge",
            _BEGIN,
        )
        self._pipe.calls(
            [
                record,
                ("ZADD", keys.REPLAYS, number, made.id),
                ("SADD", keys.REPLAYS_ACTIVE, made.id),
            ]
        )
        self._forget_old()
        return made

    def get(self, replay_id: str) -> Replay:
        """Return a replay as it is now.

        Raises:
            InputError: There is none of that id.
        """
        found = self._pipe.call("HGETALL", keys.replay(replay_id))
        if not found:
            raise InputError(f"there is no replay {replay_id!r:.60}")
        return _replay(dict(zip(found[::2], found[1::2], strict=True)))

    def newest(self, limit: int) -> list[Replay]:
        """List replays, the newest first."""
        names = self._pipe.call("ZREVRANGE", keys.REPLAYS, 0, limit - 1)
        rows = self._pipe.calls([("HGETALL", keys.replay(name.decode())) for name in names])
        return [_replay(dict(zip(row[::2], row[1::2], strict=True))) for row in rows if row]

    def cancel(self, replay_id: str) -> Replay:
        """End a replay; what it appended stays. One that is over stays as it is.

        Raises:
            InputError: There is none of that id.
        """
        self.get(replay_id)
        self._over(replay_id, "cancelled")
        return self.get(replay_id)

    def run(self) -> None:
        """Do what was begun until killed."""
        due: dict[str, float] = {}
        while True:
            due = {name: due.get(name, 0.0) for name in self._active()}
            for name, at in due.items():
                if at <= time.monotonic():
                    due[name] = time.monotonic() + self._tried(name)
            first = min(due.values(), default=0.0)
            wait_s = first - time.monotonic() if due else _LOOK_S
            gevent.sleep(min(_LOOK_S, max(_SHORTEST_S, wait_s)))

    def step(self, replay_id: str) -> float:
        """Do a tenth of a second's part of a replay; return the seconds until the next.

        Raises:
            OpsError: Redis is away or memory is short; it may be done again.
        """
        row = self._pipe.call("HMGET", keys.replay(replay_id), "told", "edge", "state")
        if row[2] != b"running":
            self._over(replay_id, "cancelled")
            return _LOOK_S
        told, edge = msgspec.json.decode(row[0], type=Replay), row[1].decode()
        page = self._search(told).page(
            max(1, told.rate // _STEPS_A_SECOND), after=edge, patience_s=1 / _STEPS_A_SECOND
        )
        found = _originals(page.events)
        steps = [(event.id, True) for event in found]
        if page.edge and page.edge != (found[-1].id if found else ""):
            steps.append((page.edge, False))
        for to, copies in steps:
            if not self._log.advance(keys.replay(str(told.id)), edge, to, copies=copies):
                return 0.0
            edge = to
        if not page.edge:
            self._over(str(told.id), "ok")
        return len(found) / told.rate

    def _tried(self, replay_id: str) -> float:
        try:
            return self.step(replay_id)
        except OpsError:
            return _LOOK_S

    def _active(self) -> list[str]:
        try:
            found = self._pipe.call("SMEMBERS", keys.REPLAYS_ACTIVE)
        except OpsError:
            return []
        names = sorted(name.decode() for name in found)
        self._searches = {n: one for n, one in self._searches.items() if n in names}
        return names

    def _search(self, told: Replay) -> Search:
        name = str(told.id)
        if name not in self._searches:
            wanted = Wanted(type=told.type, where=told.where, since=told.since, until=told.until)
            self._searches[name] = Search(self._log, wanted)
        return self._searches[name]

    def _ended(self, wanted: Wanted) -> Wanted:
        """Give it an end: what is appended from now on is not replayed."""
        now = int(self._clock()) + 1
        return Wanted(
            type=wanted.type,
            where=wanted.where,
            since=wanted.since,
            until=min(wanted.until or now, now),
        )

    def _begun(self, wanted: Wanted) -> Wanted:
        """Let it begin where the first event is, so that its progress tells something."""
        page = Search(self._log, wanted).page(1, after=_BEGIN)
        first = page.events[0].id if page.events else page.edge
        at = int(first.split("-")[1]) // 1000 if first else wanted.until
        return msgspec.structs.replace(wanted, since=max(wanted.since, at))

    def _over(self, replay_id: str, state: str) -> None:
        args = (replay_id, state, int(self._clock()))
        self._pipe.run(self._end, (keys.replay(replay_id), keys.REPLAYS_ACTIVE), args)

    def _forget_old(self) -> None:
        """Keep the newest; one that runs is never forgotten."""
        old = self._pipe.call("ZREVRANGE", keys.REPLAYS, KEPT, -1)
        if not old:
            return
        active = set(self._pipe.call("SMEMBERS", keys.REPLAYS_ACTIVE))
        for name in old:
            if name not in active:
                self._pipe.calls(
                    [("DEL", keys.replay(name.decode())), ("ZREM", keys.REPLAYS, name)]
                )


def _originals(found: list[events.Event]) -> list[events.Event]:
    """Leave out replays: a replay of the same time would double them, with what they are of."""
    return [event for event in found if not event.meta.get("replay_of")]


def _replay(row: dict[bytes, bytes]) -> Replay:
    told = msgspec.json.decode(row[b"told"], type=Replay)
    state = row[b"state"].decode()
    return msgspec.structs.replace(
        told,
        state=state,
        events=int(row.get(b"events", 0)),
        done=1.0 if state == "ok" else _done(told, row[b"edge"].decode()),
        ended=int(row.get(b"ended", 0)),
    )


def _done(told: Replay, edge: str) -> float:
    if edge == _BEGIN or told.until <= told.since:
        return 0.0
    at_s = int(edge.split("-")[1]) / 1000
    return round(min(1.0, max(0.0, (at_s - told.since) / (told.until - told.since))), 3)
