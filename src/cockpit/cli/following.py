"""Follows the trail of an event until nothing moves any more, as people or programs want it."""

import time
from typing import Any

from cockpit.cli.client import Client, segment
from cockpit.cli.terminal import Terminal
from cockpit.cli.trail import head, job_lines

_PATIENCE_S = 60.0
_LONG_POLL_S = 20


def settled(client: Client, event: str, *, patience_s: float = _PATIENCE_S) -> dict[str, Any]:
    """Return the trail of an event once it has settled, or as it is when the time is over."""
    deadline = time.monotonic() + patience_s
    while True:
        left = max(0.0, deadline - time.monotonic())
        why = _ask(client, event, wait=min(left, _LONG_POLL_S))
        if why["settled"] or time.monotonic() >= deadline:
            return why


def follow(
    terminal: Terminal, client: Client, event: str, *, patience_s: float = _PATIENCE_S
) -> None:
    """Print the trail of an event as it unfolds; with `--json` the last state of it only."""
    if terminal.json:
        terminal.answer(settled(client, event, patience_s=patience_s), "")
        return
    deadline = time.monotonic() + patience_s
    told: dict[str, tuple[str, int]] = {}
    why = _ask(client, event, wait=0)
    terminal.say("\n".join(head(terminal, why)))
    while True:
        _tell(terminal, why, told)
        if why["settled"]:
            break
        if time.monotonic() >= deadline:
            terminal.say(f"  not done yet: `cockpit why {event}` shows the rest")
            break
        # The server answers early only once all is settled: news are a second late at most.
        why = _ask(client, event, wait=1)
    if why["note"]:
        terminal.say(f"  {why['note']}")


def _ask(client: Client, event: str, *, wait: float) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/events/{segment(event)}/why", wait=wait)
    return found


def _tell(terminal: Terminal, why: dict[str, Any], told: dict[str, tuple[str, int]]) -> None:
    for job in why["jobs"]:
        now = (job["state"], job["attempts"])
        if job["state"] != "queued" and told.get(job["id"]) != now:
            told[job["id"]] = now
            terminal.say("\n".join(job_lines(terminal, job, why["made"])))
