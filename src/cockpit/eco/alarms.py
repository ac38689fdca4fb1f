"""The alarms of one cockpit, as they stand.

event → Standing (pure) → stored, if nobody else moved it meanwhile; else once more from there
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from cockpit.bus import Log, Pipe, Script, keys
from cockpit.eco.standing import (
    Ack,
    Change,
    Page,
    Rules,
    Silence,
    Standing,
    Status,
    Wanted,
    heard,
    identity,
    noted,
    passed,
)
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.events import Alarm

_TRIES = 20
_CHUNK = 200
_MOST_LOOKED = 5_000
_BATCH = 500
_SHORTEST = 6
_STATUSES = ("firing", "resolved")


class Alarms:
    """Applies events, answers questions, keeps the clock.

    Args:
        log: Appends what the clock and people make of alarms.
        rules: Gives what counts; asked each time.
        grace_s: How long after its start nothing is resolved for want of news: who was away missed
            them.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        pipe: Pipe,
        log: Log,
        *,
        rules: Callable[[], Rules] = Rules,
        grace_s: float = 300.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pipe = pipe
        self._log = log
        self._rules = rules
        self._clock = clock
        self._patient_until = clock() + grace_s
        self._store = Script("cockpit.eco", "standing")

    def apply(self, alarms: Sequence[Alarm]) -> list[str]:
        """Move alarms by events of the log, in order; those that come again move nothing.

        Returns:
            For each event why it calls nobody, or "".

        Raises:
            OpsError: Redis is away; the same events come again.
        """
        several: dict[str, list[Alarm]] = {}
        for alarm in alarms:
            # What is replayed calls its actions again, and says nothing of today.
            if "replay_of" in alarm.meta:
                continue
            several.setdefault(identity(alarm), []).append(alarm)
        now, rules = self._clock(), self._rules()

        def move(before: Standing | None, id_: str) -> Standing:
            found = before
            for alarm in several[id_]:
                found = heard(found, alarm, now, rules)
            return found  # type: ignore[return-value] # there is one alarm at least

        moved = self._move(list(several), move)
        return [_silenced(moved.get(identity(alarm)), now) for alarm in alarms]

    def page(self, wanted: Wanted | None = None, limit: int = 50, before: str = "") -> Page:
        """List alarms: those that fire first, the newest change first.

        A page looks at 5,000 at most: with a filter it may be short and still have an edge.

        Raises:
            InputError: `before` is no edge.
        """
        wanted, now = wanted or Wanted(), self._clock()
        found: list[Standing] = []
        place, looked = _edge(before), 0
        for status in _STATUSES:
            if wanted.status not in ("", status) or status < place[0]:
                continue
            score, last = place[1:] if place[0] == status else ("+inf", "")
            at = 0
            while rows := self._rows(keys.alarms(status), score, at):
                at += len(rows)
                for id_, ms, alarm in rows:
                    if last and (ms, id_) >= (score, last):
                        continue
                    looked += 1
                    if alarm is not None and wanted.means(alarm, now):
                        found.append(alarm)
                    if len(found) == limit or looked >= _MOST_LOOKED:
                        return Page(found, f"{status}-{ms}-{id_}")
        return Page(found, "")

    def get(self, id_: str) -> Standing:
        """Return an alarm by its id, or the only beginning of it.

        Raises:
            InputError: There is none, or there are several.
        """
        found = self._read([id_])[0][1]
        if found is None:
            found = self._read([self._named(id_)])[0][1]
        if found is None:
            raise InputError(f"no alarm {id_}: it never was, or its time has passed")
        return found

    def ack(self, id_: str, by: str, note: str = "") -> Standing:
        """Say that somebody has it, until it is resolved.

        Raises:
            InputError: There is none.
            ConflictError: It does not fire.
        """

        def move(found: Standing, now: float) -> Standing:
            if found.status != "firing":
                raise ConflictError(f"alarm {found.id} does not fire: nobody need take it")
            change = Change(now, "acknowledged", by, note=note)
            return noted(replace(found, ack=Ack(by, now, note)), change)

        return self._change(id_, move)

    def silence(self, id_: str, until: float, by: str, note: str = "") -> Standing:
        """Let it call nobody until a time (epoch seconds); 0 ends that.

        Raises:
            InputError: There is none.
        """

        def move(found: Standing, now: float) -> Standing:
            if until <= now:
                change = Change(now, "silence ended", by, note=note)
                return noted(replace(found, silence=None), change) if found.silence else found
            change = Change(now, "silenced", by, note=note)
            return noted(replace(found, silence=Silence(until, by, note)), change)

        before = self.get(id_)
        after = self._change(id_, move)
        if before.is_silenced(self._clock()) and until <= self._clock():
            self._speak_again(after, f"ended:{before.event}:{self._clock():.3f}")
        return after

    def resolve(self, id_: str, by: str, note: str = "") -> str:
        """Publish that it is resolved, as its sender would; returns the event's id.

        It stands as resolved at once, also when no dispatcher runs.

        Raises:
            InputError: There is none.
            ConflictError: It does not fire.
        """
        found = self.get(id_)
        if found.status != "firing":
            raise ConflictError(f"alarm {found.id} is resolved already")
        told = {"source": "people", "by": by} | ({"note": note} if note else {})
        event = self._say(found, "resolved", told, f"people:{found.event}")
        self.apply([self._logged(event)])
        self._change(found.id, lambda one, now: noted(one, Change(now, "by hand", by, event, note)))
        return event

    def status(self, alarm: Alarm) -> Status | None:
        """Return how the alarm stands that an event would be about; None when it is not known."""
        found = self._read([identity(alarm)])[0][1]
        return found.status if found else None

    def say(self, alarm: Alarm, *, mark: str) -> str:
        """Append an event and let it count at once, before anybody dispatches it; returns its id.

        Raises:
            OpsError: Redis is away.
        """
        event = self._log.append(alarm, mark=mark).id
        self.apply([self._logged(event)])
        return event

    def prolong(self, alarm: Alarm, until: float) -> str:
        """Move on the time at which an alarm that only repeats counts as resolved.

        Returns:
            The event by which its time ran out meanwhile; "" when it fires, or is not known yet.

        Raises:
            OpsError: Redis is away.
        """
        id_ = identity(alarm)
        found = self._read([id_])[0][1]
        if found is None:
            return ""
        if found.status == "resolved":
            return found.event if found.ended == found.event else ""
        self._change(id_, lambda one, _now: replace(one, ends=max(one.ends, until)))
        return ""

    def fall_due(self) -> None:
        """Do what the clock asks for: end silences and flapping, resolve what did not come again.

        Any number may run this: events are appended by marks, and standings move once.

        Raises:
            OpsError: Redis is away.
        """
        now = self._clock()
        ids = self._pipe.call(
            "ZRANGEBYSCORE", keys.ALARMS_DUE, "-inf", int(now * 1000), "LIMIT", 0, _BATCH
        )
        for raw in ids:
            self._fell_due(raw.decode(), now)

    def trim(self, now: float) -> None:
        """Forget resolved ones that did not change for long."""
        edge = int((now - self._rules().keep_s) * 1000)
        while ids := self._pipe.call(
            "ZRANGEBYSCORE", keys.alarms("resolved"), "-inf", edge, "LIMIT", 0, _BATCH
        ):
            indexes = (keys.ALARMS, *map(keys.alarms, _STATUSES), keys.ALARMS_DUE)
            commands: list[tuple[Any, ...]] = [("ZREM", index, *ids) for index in indexes]
            self._pipe.calls([*commands, ("DEL", *(keys.alarm(raw.decode()) for raw in ids))])

    def figures(self) -> dict[str, int]:
        """Return how many there are by status."""
        counts = self._pipe.calls([("ZCARD", keys.alarms(status)) for status in _STATUSES])
        return dict(zip(_STATUSES, counts, strict=True))

    def _fell_due(self, id_: str, now: float) -> None:
        found = self._read([id_])[0][1]
        if found is None:
            self._pipe.call("ZREM", keys.ALARMS_DUE, id_)
            return
        ended, is_over = found.ended, self._is_over(found, now)
        if is_over and found.status == "firing":
            told = {"source": "resolve timer"}
            ended = self._say(found, "resolved", told, f"ends:{found.event}:{found.ends:.0f}")
        if found.silence and found.silence.until <= now:
            self._speak_again(found, f"silence:{found.silence.until:.3f}")

        def move(one: Standing, _now: float) -> Standing:
            # It may have come again meanwhile.
            is_same = is_over and one.ends == found.ends
            one = replace(one, ended=ended, ends=0 if is_same else one.ends)
            return passed(one, now, self._rules())

        self._change(id_, move)

    def _is_over(self, found: Standing, now: float) -> bool:
        return bool(found.ends and found.ends <= now and now >= self._patient_until)

    def _speak_again(self, found: Standing, why: str) -> None:
        """Let those who were not called while it was silent hear that it fires still."""
        if found.status == "firing":
            self._say(found, "firing", {"source": "silence", "reason": "silence over"}, why)

    def _say(self, found: Standing, status: str, meta: dict[str, Any], why: str) -> str:
        repo = {"repo": found.repo} if found.repo else {}
        alarm = Alarm(
            service=found.service,
            method=found.method,
            labels=found.labels,
            severity=found.severity,
            msg=found.msg,
            url=found.url,
            status=status,
            epoch=int(self._clock()),
            meta=meta | repo | {"parent": found.event},
        )
        return self._log.append(alarm, mark=f"alarm:{found.id}:{why}").id

    def _logged(self, event: str) -> Alarm:
        found = self._log.get(event)
        if not isinstance(found, Alarm):
            raise TypeError(f"{event} is no alarm")
        return found

    def _change(self, id_: str, move: Callable[[Standing, float], Standing]) -> Standing:
        found = self.get(id_).id
        now = self._clock()

        def changed(before: Standing | None, _id: str) -> Standing:
            if before is None:
                raise InputError(f"no alarm {found}: its time has passed")
            return move(before, now)

        return self._move([found], changed)[found]

    def _move(
        self, ids: Sequence[str], move: Callable[[Standing | None, str], Standing]
    ) -> dict[str, Standing]:
        """Move alarms; whom somebody else moved meanwhile are moved from there."""
        moved: dict[str, Standing] = {}
        left = list(ids)
        for _ in range(_TRIES):
            rows = []
            for id_, (version, before) in zip(left, self._read(left), strict=True):
                moved[id_] = after = move(before, id_)
                if after != before:
                    rows.append(self._row(id_, version, after))
            if not rows:
                return moved
            packed = msgspec.json.encode(rows)
            late = self._pipe.run(self._store, (), (self._rules().most, packed))
            left = msgspec.json.decode(late, type=list[str])
            if not left:
                return moved
        raise OpsError(f"alarm {left[0]}: too many move it at once")

    def _row(self, id_: str, version: int, after: Standing) -> tuple[Any, ...]:
        due_ms = int(after.due(self._rules()) * 1000)
        text = msgspec.json.encode(after).decode()
        return (id_, version, text, after.status, int(after.since * 1000), due_ms)

    def _read(self, ids: Sequence[str]) -> list[tuple[int, Standing | None]]:
        found = self._pipe.calls([("HMGET", keys.alarm(id_), "version", "standing") for id_ in ids])
        return [
            (int(version or 0), msgspec.json.decode(raw, type=Standing) if raw else None)
            for version, raw in found
        ]

    def _rows(self, index: str, score: Any, at: int) -> list[tuple[str, int, Standing | None]]:
        flat = self._pipe.call(
            "ZREVRANGEBYSCORE", index, score, "-inf", "WITHSCORES", "LIMIT", at, _CHUNK
        )
        ids = [raw.decode() for raw in flat[::2]]
        standings = self._read(ids) if ids else []
        return [
            (id_, int(float(ms)), alarm)
            for id_, ms, (_, alarm) in zip(ids, flat[1::2], standings, strict=True)
        ]

    def _named(self, start: str) -> str:
        if len(start) < _SHORTEST or not start.isalnum():
            raise InputError(f"no alarm {start}; give {_SHORTEST} characters of its id at least")
        found, cursor = set(), b"0"
        while True:
            cursor, rows = self._pipe.call(
                "ZSCAN", keys.ALARMS, cursor, "MATCH", f"{start}*", "COUNT", 2_000
            )
            found |= {raw.decode() for raw in rows[::2]}
            if cursor == b"0":
                break
        if len(found) > 1:
            raise InputError(f"alarm {start} may be {', '.join(sorted(found)[:5])}")
        return found.pop() if found else start


def _silenced(found: Standing | None, now: float) -> str:
    if found is None or found.silence is None or not found.is_silenced(now):
        return ""
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(found.silence.until))
    return f"alarm {found.id} is silenced until {end} by {found.silence.by}"


def _edge(text: str) -> tuple[str, Any, str]:
    if not text:
        return "", "+inf", ""
    status, _, rest = text.partition("-")
    ms, dash, id_ = rest.partition("-")
    if status not in _STATUSES or not (dash and id_ and ms.isascii() and ms.isdigit()):
        raise InputError(f"before: {text!r:.60} is no place in the list")
    return status, int(ms), id_
