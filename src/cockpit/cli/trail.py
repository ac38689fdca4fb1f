"""A trail in words: what came, who was called, how it went, what was made, what is next."""

import time
from collections.abc import Iterator
from typing import Any

from cockpit.cli.terminal import Terminal, duration, moment
from cockpit.events import TYPES

_SHOWN_LINES = 12


def render(terminal: Terminal, why: dict[str, Any]) -> str:
    """Return a whole trail."""
    lines = [*head(terminal, why)]
    for job in why["jobs"]:
        lines += job_lines(terminal, job, why["made"])
    for told in why["made"]:
        if not told["job"]:
            lines.append(f"  {told['kind']} {told['summary']} ({told['state']})")
    if why["note"]:
        lines.append(f"  {why['note']}")
    return "\n".join(lines)


def head(terminal: Terminal, why: dict[str, Any]) -> Iterator[str]:
    """Yield the lines about the event itself and the lines that were refused."""
    event, meta = why["event"], why["event"]["meta"]
    yield f"{terminal.bold(event['id'])}  {event['summary']}"
    via = f" through {meta['source']}" if meta.get("source") else ""
    if event["type"] in TYPES:
        yield f"  stored {moment(int(event['id'].split('-')[1]) / 1000)}{via}"
    else:
        yield f"  since {moment(event['epoch'])}"
    for name in ("parent", "replay_of", "source_id"):
        if meta.get(name):
            yield f"  {name.replace('_', ' ')}: {meta[name]}"
    for line in why["refused"]:
        place = f"{line['repo']} {line['line']}: " if line["repo"] else ""
        yield terminal.bad(f"  refused: {place}{line['why']}")


def job_lines(terminal: Terminal, job: dict[str, Any], made: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines about one job."""
    yield f"  {job['service']} {job['action']}  {state(terminal, job)}"
    for line in job["output"].splitlines()[-_SHOWN_LINES:]:
        yield f"      {line}"
    if job["state"] not in {"ok", "running"} and job["error"]:
        yield from _error(terminal, job)
    for result in made:
        if result["job"] == job["id"]:
            what = f"{result['kind']} {result['id']} ({result['state']})"
            yield f"      made {what}: {result['summary']}"


def state(terminal: Terminal, job: dict[str, Any]) -> str:
    """Return a job's state, with times and what comes next."""
    text = job["state"]
    if text == "ok":
        shown = terminal.good(f"ok at {moment(job['ended'])}, took {duration(job['seconds'])}")
        return shown if job["attempts"] == 1 else f"{shown}, attempt {job['attempts']}"
    if text == "error":
        left = max(0.0, job["next_epoch"] - time.time())
        return terminal.bad(
            f"failed, attempt {job['attempts']}; next try at {moment(job['next_epoch'])}"
            f" (in {duration(left)})"
        )
    if text == "dead":
        return terminal.bad(f"dead after {job['attempts']} attempts; job {job['id']}")
    lost = f"; {job['note']}" if job["note"] else ""
    return f"{text}{lost}"


def _error(terminal: Terminal, job: dict[str, Any]) -> Iterator[str]:
    yield terminal.bad(f"      {job['error']}")
    for line in job["traceback"].splitlines()[:-1][-_SHOWN_LINES:]:
        yield f"      {line}"
