"""`status`: doors, robots, memory, counts, and what a person should know."""

import time
from typing import Any

import typer

from cockpit.cli.terminal import Terminal, duration, moment


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(status)


def status(ctx: typer.Context) -> None:
    """Show how the cockpit is."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get("/status")
    terminal.answer(found, "\n".join(_lines(terminal, found)))


def _lines(terminal: Terminal, found: dict[str, Any]) -> list[str]:
    doors, memory, counts = found["doors"], found["memory"], found["counts"]
    last = doors["smtp"].get("last_receive")
    received = f", last mail {moment(last)}" if last else ", no mail yet"
    bridge = "listening" if doors["bridge"]["listening"] else terminal.bad("not listening")
    doors_text = terminal.bad("closed, memory is short") if memory["doors_closed"] else "open"
    lines = [
        f"cockpit {found['version']}, doors {doors_text}",
        f"  smtp    {doors['smtp']['address']}{received}",
        f"  http    {doors['http']['address']}",
        f"  publish {bridge}",
        *_telegram(terminal, doors["telegram"]),
        f"  memory  {memory['used_bytes'] // 2**20} MB of Redis, {memory['used']:.0%}",
        f"  events  {_counts(counts['events'])}",
        f"  jobs    {_counts(counts['jobs'])}",
        f"  outbox  {counts['outbox']} mails",
        f"  people  {counts['held']} messages held",
        f"  alarms  {counts['alarms']['firing']} firing, {counts['alarms']['resolved']} resolved",
        f"  ecos    {_ecos(counts['ecos'])}",
        f"  doors   {counts['rejected']} rejected, {counts['repeats']} repeats",
    ]
    for robot in found["robots"]:
        seen = duration(max(0.0, time.time() - robot["seen"]))
        repos = ", ".join(robot["repos"]) or "no repository"
        lines.append(
            f"  robot   {robot['name']}: {robot['running']} running, {repos}, seen {seen} ago"
        )
    return [
        *lines,
        *_settings(terminal, found["settings"]),
        *(terminal.bad(f"  note: {note}") for note in found["notes"]),
    ]


def _telegram(terminal: Terminal, bot: dict[str, Any]) -> list[str]:
    """Say how the bot is, where there is one."""
    if not bot["is_on"]:
        return []
    waits = f", {bot['queued']} messages wait" if bot["queued"] else ""
    dead = terminal.bad(f", {bot['dead']} given up") if bot["dead"] else ""
    error = terminal.bad(f", {bot['error']}") if bot["error"] else ""
    return [f"  chats   @{bot['username']}{waits}{dead}{error}"]


def _settings(terminal: Terminal, read: dict[str, Any]) -> list[str]:
    """Say when the settings were read, what of them was refused, and what waits for a restart."""
    refused = [terminal.bad(f"  refused {problem}") for problem in read["problems"]]
    waits = [f"  restart {key} has another value in cockpit.toml" for key in read["needs_restart"]]
    return [f"  read    cockpit.toml, {moment(read['epoch'])}", *refused, *waits]


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _ecos(figures: dict[str, Any]) -> str:
    states = figures["states"]
    told = [f"{states[state]} {state}" for state in ("NEW", "ALERT", "CLOSED")]
    told += [f"{n} over the quota of {app or 'others'}" for app, n in figures["dropped"].items()]
    return ", ".join(told)
