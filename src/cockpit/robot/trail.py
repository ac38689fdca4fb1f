"""Why: everything that followed from an event, from what the robot recorded as it happened."""

from typing import Any

import msgspec

from cockpit import events
from cockpit.bus import Log, Outbox, Pipe, keys
from cockpit.errors import InputError
from cockpit.robot.job import Job
from cockpit.robot.jobs import Jobs
from cockpit.robot.messages import Messages
from cockpit.robot.posts import find as find_post
from cockpit.robot.questions import Questions
from cockpit.robot.sieve import Refused

# What causes jobs beside events, and what it is.
_CAUSES = {
    "run": "a run; `cockpit run show {}` tells how far it is",
    "due": "the clock; `cockpit schedule` tells what comes next",
    "change": "a change of services or of their template",
}
_GOES_ON = (b"running", b"cancelling")
_SETTLED = ("ok", "error", "dead", "dropped", "waiting")


class Cause(msgspec.Struct, frozen=True):
    """The event in short; `type` is run, due or change for what is none."""

    id: str
    type: str
    epoch: int
    summary: str
    meta: dict[str, Any]


class Matched(msgspec.Struct, frozen=True):
    """A subscription that fired, and the job it made."""

    repo: str
    service: str
    action: str
    job: str


class Result(msgspec.Struct, frozen=True):
    """Something that a job made; or, without a job, what the robot of Telegram did."""

    kind: str
    id: str
    state: str
    summary: str
    job: str


class Why(msgspec.Struct, frozen=True):
    """The trail of one event.

    Attributes:
        note: Said when there is little to show: not dispatched yet, or nobody subscribes.
        settled: Nothing moves by itself any more: retries that are due later and people may.
    """

    event: Cause
    matched: list[Matched]
    refused: list[Refused]
    jobs: list[Job]
    made: list[Result]
    note: str
    settled: bool


class Trail:
    """Reads trails."""

    def __init__(self, pipe: Pipe, log: Log, jobs: Jobs, outbox: Outbox) -> None:
        self._pipe = pipe
        self._log = log
        self._jobs = jobs
        self._outbox = outbox
        self._questions = Questions(pipe)
        self._messages = Messages(pipe)

    def why(self, event_id: str) -> Why:
        """Return the trail of an event as it is now; or of a run, a time of the clock, a change.

        Raises:
            InputError: There is no such event, or nothing else of that name caused a job.
        """
        kind = event_id.partition("-")[0]
        if kind in _CAUSES:
            return self._of_cause(kind, event_id)
        event = self._log.get(event_id)
        flat = self._pipe.call("HGETALL", keys.trail(event_id))
        fields = dict(zip(flat[::2], flat[1::2], strict=True))
        jobs = self._jobs.find(fields.get(b"jobs", b"").decode().split())
        refused = fields.get(b"refused") or b"[]"
        told = self._told(event_id)
        is_decided = b"at" in fields or b"buried" in fields
        return Why(
            event=Cause(
                event.id, event.type, _epoch(event), events.summary(event), dict(event.meta)
            ),
            matched=[Matched(job.repo, job.service, job.action, job.id) for job in jobs],
            refused=msgspec.json.decode(refused, type=list[Refused]),
            jobs=jobs,
            made=[*self._results(jobs), *told],
            note="" if told else _note(fields, jobs),
            settled=is_decided and all(job.state in _SETTLED for job in jobs),
        )

    def _of_cause(self, kind: str, cause: str) -> Why:
        """Return what followed from what is no event."""
        jobs = self._jobs.caused_by(cause)
        if not jobs:
            raise InputError(f"{cause:.80} caused no job, or its time has passed")
        epoch = int(min(job.queued for job in jobs))
        # A run makes its jobs one after the other.
        is_made = self._pipe.call("HGET", keys.run(cause), "state") not in _GOES_ON
        return Why(
            event=Cause(cause, kind, epoch, _CAUSES[kind].format(cause), {}),
            matched=[],
            refused=[],
            jobs=jobs,
            made=self._results(jobs),
            note="",
            settled=is_made and all(job.state in _SETTLED for job in jobs),
        )

    def _results(self, jobs: list[Job]) -> list[Result]:
        return [self._result(job, made.kind, made.id) for job in jobs for made in job.made]

    def _told(self, event_id: str) -> list[Result]:
        """Return what was ordered by an event, and the messages to chats about it."""
        done, names = self._pipe.calls(
            [("GET", keys.telegram_done(event_id)), ("LRANGE", keys.telegram_of(event_id), 0, -1)]
        )
        ids = [name.decode() for name in names]
        rows = self._pipe.calls(
            [("HMGET", keys.telegram_message(one), "state", "chat", "error") for one in ids]
        )
        found = [Result("order", event_id, "done", done.decode(), "")] if done else []
        for one, row in zip(ids, rows, strict=True):
            state, chat, error = (part.decode() if part else "" for part in row)
            text = f"to chat {chat}" + (f": {error}" if error else "")
            found.append(Result("message", one, state or "gone", text if state else "", ""))
        return found

    def _result(self, job: Job, kind: str, made_id: str) -> Result:
        try:
            if kind == "ask":
                asked = self._questions.get(made_id)
                text = f"{asked.text} of {', '.join(asked.to) or asked.who}"
                told = f"{text}: {asked.answer}" if asked.answer else text
                return Result(kind, made_id, asked.state, told, job.id)
            if kind == "mail":
                mail = self._outbox.get(made_id)
                text = f"{mail.subject} to {', '.join(mail.to)}"
                return Result(kind, made_id, mail.state, text, job.id)
            if kind == "post":
                reply = find_post(self._pipe, job.id, made_id)
                text = f"to {reply.to}" if reply else ""
                return Result(kind, made_id, str(reply.status) if reply else "gone", text, job.id)
            event = self._log.get(made_id)
            found = self._messages.find([str(event.meta.get("message", ""))])
            state = found[0].state if kind == "tell" and found else "stored"
            return Result(kind, made_id, state, events.summary(event), job.id)
        except InputError as error:
            return Result(kind, made_id, "gone", str(error), job.id)


def _epoch(event: events.Event) -> int:
    return event.epoch or int(event.id.split("-")[1]) // 1000


def _note(fields: dict[bytes, bytes], jobs: list[Job]) -> str:
    if b"buried" in fields:
        return f"given up: {fields[b'buried'].decode('utf-8', 'replace')}; a replay tries it again"
    if b"at" not in fields:
        return "stored, not dispatched yet"
    if not jobs and not fields.get(b"refused"):
        return "nobody subscribes to this type of event"
    return ""
