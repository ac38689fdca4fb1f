"""`/event`, `/why` and `/dead`: what came in, what followed, and what was given up."""

from typing import Any

from cockpit import events
from cockpit.robot import Search, Wanted, Why
from cockpit.robot.job import Job
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.house import House
from cockpit.telegram.pages import choice
from cockpit.telegram.text import Text, bold, code, lines, plain, pre

_WIDE = 60
_MOST = 10
_TAIL = 1_500
_TYPES = (*events.TYPES, "all")


class EventCommands:
    """Events and jobs in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("event list", "read", "List events", self.listing, "[TYPE] [WHERE]"),
            Command("event show", "read", "Show one", self.show, "ID"),
            Command("why", "read", "What followed from an event", self.why, "ID"),
            Command("dead list", "read", "What was given up", self.dead),
            Command("dead retry", "operate", "Try a job again", self.retry, "JOB"),
            Command("dead drop", "operate", "Let a job be", self.drop, "JOB"),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List the newest events, of a type, for which an expression is true."""
        type_, _, where = asked.text.partition(" ")
        if type_ and type_ not in _TYPES:
            return choice(asked, f"{type_} is no type of event. Which one?", _TYPES)
        wanted = Wanted(type="" if type_ == "all" else type_, where=where.strip())
        found = Search(self._house.log, wanted).page(_MOST)
        if not found.events:
            return Reply(text=plain("There is none."))
        told = [code(event.id) + f" {events.summary(event)[:200]}" for event in found.events]
        return Reply(text=lines(told))

    def show(self, asked: Asked) -> Reply:
        """Show an event whole."""
        if not asked.text:
            return self._choose(asked, "Which event?")
        event = self._house.log.get(asked.text)
        rows = [[Button("Why", "why", {"text": event.id})]]
        return Reply(text=lines([bold(event.id), pre(events.dump_yaml(event))]), rows=rows)

    def why(self, asked: Asked) -> Reply:
        """Tell what followed from an event."""
        if not asked.text:
            return self._choose(asked, "Which event?")
        return Reply(text=_why(self._house.trail.why(asked.text)))

    def dead(self, asked: Asked) -> Reply:
        """List the jobs that were given up."""
        found = self._house.jobs.newest(_MOST, "dead", asked.repo)
        if not found:
            return Reply(text=plain("Nothing was given up."))
        rows = [
            [
                Button(f"Retry {job.service} {job.action}", "dead retry", _one_of(job)),
                Button("Why", "why", {"text": job.event}),
                Button("Drop", "dead drop", _one_of(job)),
            ]
            for job in found
        ]
        listed = (lines([told(job), plain("job ") + code(job.id)]) for job in found)
        return Reply(text=lines(listed), rows=rows)

    def retry(self, asked: Asked) -> Reply:
        """Try a job again that failed."""
        if not asked.text:
            return self._choose_job(asked)
        job = self._house.jobs.retry(asked.text)
        return Reply(
            text=bold(f"{job.service}: {job.action}") + " is tried again",
            watch=("event", job.event),
            is_change=_is_alone(asked),
        )

    def drop(self, asked: Asked) -> Reply:
        """Let a job be that was given up."""
        if not asked.text:
            return self._choose_job(asked)
        job = self._house.jobs.drop(asked.text)
        return Reply(text=told(job), is_change=_is_alone(asked))

    def _choose_job(self, asked: Asked) -> Reply:
        found = self._house.jobs.newest(_MOST, "dead", asked.repo)
        labels = {job.id: f"{job.repo} {job.service}: {job.action}" for job in found}
        return (
            choice(asked, "Which job?", list(labels), labels=labels) if found else self.dead(asked)
        )

    def _choose(self, asked: Asked, prompt: str) -> Reply:
        found = self._house.log.newest(events.TYPES, _MOST)
        if not found:
            return Reply(text=plain("There is none."))
        labels = {one.id: f"{one.type}: {events.summary(one)}"[:_WIDE] for one in found}
        return choice(asked, prompt, list(labels), labels=labels)


def _one_of(job: Job) -> dict[str, Any]:
    """Return what a button of a list is about."""
    return {"text": job.id, "listed": True}


def _is_alone(asked: Asked) -> bool:
    """Tell whether a message is about this job alone: others would go with a list."""
    return asked.is_button and not asked.args.get("listed")


def told(job: Job) -> Text:
    """Return how far a job is, with the end of what it wrote."""
    signs = {"ok": "✓", "dead": "✗", "error": "✗", "running": "▸", "waiting": "…"}
    head = f"{signs.get(job.state, '·')} " + bold(f"{job.service}: {job.action}") + f" {job.state}"
    if job.state in ("ok", "dead", "error") and job.seconds:
        head = head + f" · {job.seconds:.3g} s"
    if job.state == "error":
        head = head + f" · attempt {job.attempts}, tried again by itself"
    parts = [head]
    if job.state in ("dead", "error") and job.error:
        parts.append(pre(job.error[-_TAIL:]))
    if job.output.strip():
        parts.append(pre(job.output.strip()[-_TAIL:]))
    if job.state == "ok" and job.result not in (None, ""):
        parts.append(plain("→ ") + code(str(job.result)[:_TAIL]))
    return lines(parts)


def _why(found: Why) -> Text:
    head = [bold(found.event.id) + f" {found.event.summary}"]
    if parent := found.event.meta.get("parent"):
        head.append(plain("because of ") + code(parent))
    refused = [plain(f"✗ {one.template} {one.line}: {one.why}") for one in found.refused]
    made = [plain(f"→ {one.kind} {one.id} {one.state}: {one.summary}") for one in found.made]
    note = [plain(found.note)] if found.note else []
    return lines([*head, *note, *(told(job) for job in found.jobs), *refused, *made])
