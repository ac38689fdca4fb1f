"""Where alarms are kept: found, listed, and stored if nobody else moved them meanwhile."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from cockpit.bus import Pipe, Script, keys
from cockpit.eco.standing import Page, Rules, Standing, Status, Wanted, identity
from cockpit.errors import InputError, OpsError
from cockpit.events import Alarm

_TRIES = 20
_CHUNK = 200
_MOST_LOOKED = 5_000
_BATCH = 500
_SHORTEST = 6
_STATUSES = ("firing", "resolved")


class AlarmShelf:
    """The alarms of one cockpit.

    Args:
        rules: Gives what counts; asked each time.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        pipe: Pipe,
        *,
        rules: Callable[[], Rules] = Rules,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pipe = pipe
        self._rules = rules
        self._clock = clock
        self._store = Script("cockpit.eco", "standing")

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

    def status(self, alarm: Alarm) -> Status | None:
        """Return how the alarm stands that an event would be about; None when it is not known."""
        found = self._read([identity(alarm)])[0][1]
        return found.status if found else None

    def moved(self, after: str, most: int = _BATCH) -> tuple[list[str], str]:
        """Return the ids of alarms that moved, oldest move first, and the place to go on from.

        Args:
            after: That place; "" is the beginning of what is kept.

        Raises:
            OpsError: Redis is away.
        """
        start = f"({after}" if after else "-"
        rows = self._pipe.call("XRANGE", keys.ALARMS_MOVED, start, "+", "COUNT", most)
        return [fields[1].decode() for _, fields in rows], rows[-1][0].decode() if rows else after

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


def _edge(text: str) -> tuple[str, Any, str]:
    if not text:
        return "", "+inf", ""
    status, _, rest = text.partition("-")
    ms, dash, id_ = rest.partition("-")
    if status not in _STATUSES or not (dash and id_ and ms.isascii() and ms.isdigit()):
        raise InputError(f"before: {text!r:.60} is no place in the list")
    return status, int(ms), id_
