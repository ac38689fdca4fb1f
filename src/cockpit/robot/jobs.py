"""Jobs for people: list, show, retry, drop."""

from typing import Any

import msgspec

from cockpit.bus import Pipe, keys
from cockpit.errors import ConflictError, InputError
from cockpit.robot.inboxes import Inboxes
from cockpit.robot.job import RUN, STATES, Job, Made, Try, from_fields

_STEP = 200
_LOOK_AT_MOST = 100_000
_BRIEF = (
    "event", "service", "action", "state", "attempts", "queued", "started", "ended", "due",
    "lost", "robot", "error", "waits", "waited",
)  # fmt: skip


class Jobs:
    """The records of jobs in Redis."""

    def __init__(self, pipe: Pipe, inboxes: Inboxes) -> None:
        self._pipe = pipe
        self._inboxes = inboxes

    def get(self, job: str) -> Job:
        """Read one job, whole.

        Raises:
            InputError: There is no such job.
        """
        found = self.find([job])
        if not found:
            raise InputError(f"no job {job}: it never was, or its event's time has passed")
        return found[0]

    def find(self, jobs: list[str]) -> list[Job]:
        """Read jobs, whole, leaving out those that are gone."""
        commands: list[tuple[Any, ...]] = []
        for job in jobs:
            commands += [
                ("HGETALL", keys.job(job)),
                ("LRANGE", keys.tries(job), 0, -1),
                ("HGETALL", keys.made(job)),
            ]
        replies = self._pipe.calls(commands)
        rows = zip(jobs, replies[::3], replies[1::3], replies[2::3], strict=True)
        return [_whole(job, *row) for job, *row in rows if row[0]]

    def failures(self, job: str) -> int:
        """Return how many attempts of a job ended in an error."""
        return int(self._pipe.call("HGET", keys.job(job), "failures") or 0)

    def newest(self, limit: int, state: str = "", repo: str = "") -> list[Job]:
        """Return the newest jobs in short, newest first.

        Raises:
            InputError: There is no such state.
        """
        if state and state not in STATES:
            raise InputError(f"state: {state!r} is none of {', '.join(STATES)}")
        found: list[Job] = []
        start = 0
        source = keys.JOBS_DEAD if state == "dead" else keys.JOBS
        while len(found) < limit and start < _LOOK_AT_MOST:
            ids = self._pipe.call("ZREVRANGE", source, start, start + _STEP - 1)
            if not ids:
                break
            start += _STEP
            found += [
                job
                for job in self._brief(ids)
                if state in ("", job.state) and repo in ("", job.repo)
            ]
        return found[:limit]

    def caused_by(self, cause: str) -> list[Job]:
        """Read the jobs of a run, a time or a change, whole, in the order they were queued."""
        found: list[str] = []
        start = 0
        while start < _LOOK_AT_MOST:
            ids = self._pipe.call("ZREVRANGE", keys.JOBS, start, start + _STEP - 1)
            if not ids:
                break
            start += _STEP
            found += [job.id for job in self._brief(ids) if job.event == cause]
        return self.find(found[::-1])

    def counts(self) -> dict[str, int]:
        """Count jobs by state."""
        flat = self._pipe.call("HGETALL", keys.COUNTS)
        counts = {k.decode(): int(v) for k, v in zip(flat[::2], flat[1::2], strict=True)}
        return {state: counts.get(state, 0) for state in STATES}

    def retry(self, job: str) -> Job:
        """Queue a job that waits for its retry or died again, now.

        Raises:
            InputError: There is no such job; ConflictError when its state does not allow it.
        """
        found = self.get(job)
        if found.state == "dead" and found.event.startswith(RUN):
            raise ConflictError(f"job {job} belongs to a run: `cockpit run retry {found.event}`")
        return self._moved(job, self._inboxes.retry(job), ("error", "dead"), "retried")

    def drop(self, job: str) -> Job:
        """Give a job up: it runs no more.

        Raises:
            InputError: There is no such job; ConflictError when its state does not allow it.
        """
        return self._moved(
            job, self._inboxes.drop(job), ("queued", "waiting", "error", "dead"), "dropped"
        )

    def _moved(self, job: str, state: str, allowed: tuple[str, ...], verb: str) -> Job:
        if not state:
            raise InputError(f"no job {job}: it never was, or its event's time has passed")
        if state not in allowed:
            raise ConflictError(f"job {job} is {state}: only {', '.join(allowed)} can be {verb}")
        return self.get(job)

    def _brief(self, ids: list[bytes]) -> list[Job]:
        rows = self._pipe.calls([("HMGET", keys.job(i.decode()), *_BRIEF) for i in ids])
        return [
            from_fields(
                i.decode(),
                {k: v.decode("utf-8", "replace") for k, v in zip(_BRIEF, row, strict=True) if v},
            )
            for i, row in zip(ids, rows, strict=True)
            if row[3]
        ]


def _whole(job: str, fields: list[bytes], tries: list[bytes], made: list[bytes]) -> Job:
    found = from_fields(job, _texts(fields))
    return msgspec.structs.replace(
        found,
        tries=[msgspec.json.decode(raw, type=Try) for raw in tries],
        made=[
            Made(kind=slot.partition(":")[0], id=made_id) for slot, made_id in _texts(made).items()
        ],
    )


def _texts(flat: list[bytes]) -> dict[str, str]:
    text = [part.decode("utf-8", "replace") for part in flat]
    return dict(zip(text[::2], text[1::2], strict=True))
