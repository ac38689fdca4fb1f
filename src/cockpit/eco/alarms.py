"""The alarms of one cockpit, as they stand.

event → Standing (pure) → stored, if nobody else moved it meanwhile; else once more from there
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from cockpit.bus import Log, Made, Pipe, keys
from cockpit.eco.alarm_shelf import AlarmShelf
from cockpit.eco.standing import (
    Ack,
    Change,
    Rules,
    Silence,
    Standing,
    heard,
    identity,
    noted,
    passed,
)
from cockpit.errors import ConflictError, InputError
from cockpit.events import Alarm

_BATCH = 500
LONGEST_SILENCE_S = 366 * 86_400.0


Tell = Callable[[Standing, Made, str, str], list[str]]
"""Tells people of an alarm: the name of it, whom, and what."""


def _nobody(_alarm: Standing, _made: Made, _who: str, _text: str) -> list[str]:
    return []


class Alarms(AlarmShelf):
    """Applies events, answers questions, keeps the clock.

    Args:
        log: Appends what the clock and people make of alarms.
        rules: Gives what counts; asked each time.
        tell: Tells people of an alarm, once for each name of it, and returns who they are.
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
        tell: Tell = _nobody,
        grace_s: float = 300.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(pipe, rules=rules, clock=clock)
        self._log = log
        self._tell = tell
        self._patient_until = clock() + grace_s

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
            InputError: There is none, or the time is more than a year ahead.
        """
        if until > self._clock() + LONGEST_SILENCE_S:
            raise InputError("a silence ends within a year")

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

        after_telling = self._told(found, now)

        def move(one: Standing, _now: float) -> Standing:
            one = after_telling(one)
            # It may have come again meanwhile.
            is_same = is_over and one.ends == found.ends
            one = replace(one, ended=ended, ends=0 if is_same else one.ends)
            return passed(one, now, self._rules())

        self._change(id_, move)

    def _told(self, found: Standing, now: float) -> Callable[[Standing], Standing]:
        """Tell those whose turn it is; returns what that makes of the alarm."""
        name = f"alarm:{found.id}:{found.changed():.3f}"
        if found.awaits:
            who = ", ".join(found.awaits)
            self._tell(found, Made(name, "resolved", 0), who, f"resolved: {_in_words(found)}")
            return lambda one: replace(one, awaits=[]) if one.awaits == found.awaits else one
        if found.unsaid and not found.is_silenced(now):
            return self._flaps(found)
        level = found.next_level(self._rules())
        if not level or found.is_silenced(now) or found.changed() + level.after_s > now:
            return lambda one: one
        text = f"{found.severity or 'alarm'}: {_in_words(found)}"
        people = self._tell(found, Made(name, "level", found.level + 1), level.who, text)
        note = f"level {found.level + 1}: {', '.join(people) or 'nobody can be reached yet'}"

        def after(one: Standing) -> Standing:
            if one.level != found.level or one.status != "firing":
                return one
            return _with_told(replace(one, level=one.level + 1), level.who, note, now)

        return after

    def _flaps(self, found: Standing) -> Callable[[Standing], Standing]:
        """Tell those who know of it that it flaps, else the first who would be told."""
        first = [level.who for level in found.levels(self._rules())[:1]]
        who = ", ".join(found.told or first)
        if not who:
            return lambda one: replace(one, unsaid=False)
        text = f"flapping: {_in_words(found)} fires and is resolved again and again"
        began = max((one.epoch for one in found.history if one.what == "flapping"), default=0.0)
        made = Made(f"alarm:{found.id}:{began:.3f}", "flapping", 0)
        people = self._tell(found, made, who, text)
        note = f"that it flaps: {', '.join(people) or 'nobody can be reached yet'}"
        now = self._clock()

        def after(one: Standing) -> Standing:
            if not one.unsaid:
                return one
            one = replace(one, unsaid=False)
            for name in found.told or first:
                one = _with_told(one, name, note, now)
            return one

        return after

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


def _with_told(one: Standing, who: str, note: str, now: float) -> Standing:
    told = list(dict.fromkeys([*one.told, who]))
    return noted(replace(one, told=told), Change(now, "told", who, one.event, note))


def _silenced(found: Standing | None, now: float) -> str:
    if found is None or found.silence is None or not found.is_silenced(now):
        return ""
    end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(found.silence.until))
    return f"alarm {found.id} is silenced until {end} by {found.silence.by}"


def _in_words(found: Standing) -> str:
    return f"{found.service} {found.method}: {found.msg or found.status} (alarm {found.id[:8]})"
