"""`event replay` and `event replays`: events that are appended again, one or many."""

from typing import Any

import typer

from cockpit.cli.client import Client, segment
from cockpit.cli.moment import epoch
from cockpit.cli.terminal import Terminal, moment
from cockpit.errors import InputError

Type = typer.Option("", "--type", help="email, telegram, alarm, eco, generic; several: a,b.")
Where = typer.Option("", "--where", help="A CEL expression over event: event.msg == 'x'.")
Since = typer.Option("", "--since", help="From when on: 2h (ago), 2026-05-03T14:00, an epoch.")
Until = typer.Option("", "--until", help="Until when; as --since.")
Limit = typer.Option(50, "--limit", min=1, max=1000, help="How many at most.")

_FAILED = 1
_BAR = 30
_COLUMNS = {
    "id": "ID",
    "state": "STATE",
    "events": "EVENTS",
    "done": "DONE",
    "type": "TYPE",
    "where": "WHERE",
    "by": "BY",
    "at": "BEGAN",
}


def register(group: typer.Typer) -> None:
    """Add both to the group of events."""
    group.command()(replay)
    group.command()(replays)


def replay(
    ctx: typer.Context,
    *,
    event: str = typer.Argument("", metavar="[ID]", help="One event; else many are chosen."),
    type_: str = Type,
    where: str = Where,
    since: str = Since,
    until: str = Until,
    rate: int = typer.Option(100, "--rate", min=1, max=1000, help="Events a second."),
    dry: bool = typer.Option(False, "--dry", help="Only count them."),
) -> None:
    """Append events again as new ones: their actions run again."""
    terminal: Terminal = ctx.obj
    chosen: dict[str, Any] = {
        "type": type_,
        "where": where,
        "since": epoch(since),
        "until": epoch(until),
    }
    if event and (dry or any(chosen.values())):
        raise InputError("an ID names one event: options choose among many")
    if not event and not any(chosen.values()):
        raise InputError("say which: an ID, or --type, --where, --since, --until")
    client = terminal.client()
    if event:
        done = client.post(f"/events/{segment(event)}/replay")
        terminal.answer(done, f"replayed as {done['id']}")
        return
    found = client.post("/events/replay", **chosen, rate=rate, dry=dry)
    if dry:
        least = "" if found["is_whole"] else "at least "
        terminal.answer(found, f"would replay {least}{found['events']} events")
    else:
        _follow(terminal, client, found)


def replays(
    ctx: typer.Context,
    cancel: str = typer.Option("", "--cancel", metavar="REPLAY", help="End this one."),
    limit: int = Limit,
) -> None:
    """List replays of many events, newest first, or cancel one."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    if cancel:
        found = client.delete(f"/events/replays/{segment(cancel)}")
        terminal.answer(found, f"{found['state']} after {found['events']} events")
        return
    rows = client.get("/events/replays", limit=limit)
    if not terminal.json:
        rows = [r | {"done": f"{r['done']:.0%}", "at": moment(r["began"])} for r in rows]
    terminal.table(rows, _COLUMNS)


def _follow(terminal: Terminal, client: Client, now: dict[str, Any]) -> None:
    """Wait for the end, with a bar on a terminal; it goes on when somebody stops waiting."""
    name = now["id"]
    while now["state"] == "running":
        filled = round(now["done"] * _BAR)
        bar = "#" * filled + "." * (_BAR - filled)
        terminal.progress(f"{name} [{bar}] {now['done']:.0%}, {now['events']} events")
        wait = 0.3 if terminal.shows_progress else 20
        now = client.get(f"/events/replays/{segment(name)}", wait=wait)
    terminal.progress("")
    verb = "replayed" if now["state"] == "ok" else f"{now['state']} after"
    terminal.answer(now, f"{verb} {now['events']} events ({name})")
    if now["state"] != "ok":
        raise typer.Exit(_FAILED)
