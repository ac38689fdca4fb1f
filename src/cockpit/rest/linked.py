"""What an eco or an alarm has to do with: events and jobs in short, so that nobody asks twice."""

from collections.abc import Sequence

import msgspec

from cockpit import events
from cockpit.bus import Log
from cockpit.errors import InputError
from cockpit.robot import Job, Jobs


class Linked(msgspec.Struct, frozen=True, kw_only=True):
    """An event in short, or what else may cause something: a run, the clock, a change.

    Attributes:
        id: Of the event; or `run-…`, `due-…`, `change-…`.
        type: Of the event; or `run`, `due`, `change`.
        epoch: When it happened, in seconds; 0 when nobody knows any more.
        summary: As lists show it; empty when its time has passed.
    """

    id: str
    type: str
    epoch: int = 0
    summary: str = ""


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A job in short.

    Attributes:
        event: What caused it.
        ended: When its last attempt ended, in epoch seconds; 0 is not yet.
    """

    id: str
    event: str
    repo: str
    service: str
    action: str
    state: str
    attempts: int
    ended: float
    error: str


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that became of an eco or an alarm.

    Attributes:
        epoch: When, in seconds.
        what: In a word: `new`, `closed`, `firing`…
        who: Who did it; empty when it came by itself.
        event: The event that tells of it; empty when there is none.
        note: What they said about it.
    """

    epoch: float
    what: str
    who: str = ""
    event: str = ""
    note: str = ""


def linked(log: Log, ids: Sequence[str]) -> list[Linked]:
    """Return what caused something; also what is gone from the log."""
    return [_linked(log, one) for one in ids]


def works(jobs: Jobs, ids: Sequence[str]) -> list[Work]:
    """Return jobs in short, leaving out those that are gone."""
    return [work(job) for job in jobs.find(list(ids))]


def work(job: Job) -> Work:
    """Return a job in short."""
    return Work(
        id=job.id,
        event=job.event,
        repo=job.repo,
        service=job.service,
        action=job.action,
        state=job.state,
        attempts=job.attempts,
        ended=job.ended,
        error=job.error,
    )


def _linked(log: Log, event_id: str) -> Linked:
    kind = event_id.partition("-")[0]
    if kind not in events.TYPES:
        return Linked(id=event_id, type=kind)
    try:
        event = log.get(event_id)
    except InputError:
        return Linked(id=event_id, type=kind)
    stored_s = int(event.id.split("-")[1]) // 1000
    epoch = event.epoch or stored_s
    return Linked(id=event.id, type=kind, epoch=epoch, summary=events.summary(event))
