"""`event …` and `why`: what came in, and what followed."""

import mimetypes
import sys
from pathlib import Path

import typer
import urllib3

from cockpit import events
from cockpit.cli import replays
from cockpit.cli.client import segment
from cockpit.cli.following import settled
from cockpit.cli.moment import epoch
from cockpit.cli.replays import Limit, Since, Type, Until, Where
from cockpit.cli.terminal import Terminal
from cockpit.cli.trail import render
from cockpit.errors import InputError

_COLUMNS = {"id": "ID", "type": "TYPE", "epoch": "TIME", "summary": "WHAT"}
_TAIL_WAIT_S = 20
_File = typer.Argument(..., metavar="FILE", help="YAML or JSON; - reads from standard input.")


def register(app: typer.Typer) -> None:
    """Add the group and `why`."""
    group = typer.Typer(help="Events: list, show, publish, replay.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    for command in (example, publish, show, tail, simulate, rejected):
        group.command()(command)
    group.command("list")(listing)
    replays.register(group)
    app.add_typer(group, name="event")
    app.command()(why)


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, type_="", where="", since="", until="", limit=50)


def example(ctx: typer.Context, kind: str = typer.Argument(..., metavar="TYPE")) -> None:
    """Print an example of a type, ready to be edited and published."""
    terminal: Terminal = ctx.obj
    event = events.example(kind)
    terminal.answer(events.to_mapping(event), events.dump_yaml(event).rstrip())


def publish(
    ctx: typer.Context,
    file: str = _File,
    attach: list[Path] = typer.Option([], "--attach", help="A file that goes with it."),
) -> None:
    """Publish an event; its files are linked in `attachments` of an email, else in `meta`."""
    terminal: Terminal = ctx.obj
    body, kind = events.encode(_read(file)), "application/json"
    if attach:
        files = [("file", (path.name, _bytes(path), _kind(path))) for path in attach]
        body, kind = urllib3.encode_multipart_formdata([("event", body), *files])
    done = terminal.client().post("/events", body, kind=kind)
    terminal.answer(done, f"stored as {done['id']}")


def listing(
    ctx: typer.Context,
    *,
    type_: str = Type,
    where: str = Where,
    since: str = Since,
    until: str = Until,
    limit: int = Limit,
) -> None:
    """List events, newest first."""
    terminal: Terminal = ctx.obj
    chosen = {"type": type_, "where": where, "since": epoch(since), "until": epoch(until)}
    terminal.table(terminal.client().list("/events", limit, **chosen), _COLUMNS)


def show(ctx: typer.Context, event: str = typer.Argument(..., metavar="ID")) -> None:
    """Show one event."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(f"/events/{segment(event)}")
    text = "" if terminal.json else events.dump_yaml(events.from_mapping(found)).rstrip()
    terminal.answer(found, text)


def tail(ctx: typer.Context, type_: str = Type) -> None:
    """Print events as they come, until Ctrl-C; with --json one document a line."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    newest = client.get("/events", type=type_, limit=1)
    after = newest[0]["id"] if newest else "0"
    while True:
        for row in client.get("/events", type=type_, after=after, wait=_TAIL_WAIT_S, limit=100):
            after = row["id"]
            terminal.answer(row, f"{row['id']}  {' '.join(row['summary'].split())}")


def simulate(ctx: typer.Context, file: str = _File) -> None:
    """Say what an event would call, by the matcher that dispatches; nothing is stored."""
    terminal: Terminal = ctx.obj
    event = _read(file)
    found = terminal.client().post("/events/simulate", events.encode(event))
    lines = [f"would call {m['service']} {m['action']}  ({m['repo']})" for m in found["matches"]]
    lines += [f"refused: {r['repo']} {r['line']}: {r['why']}" for r in found["refused"]]
    terminal.answer(found, "\n".join(lines) or "would call nobody")


def rejected(ctx: typer.Context, limit: int = Limit) -> None:
    """List what came in and was no event, with the reason."""
    terminal: Terminal = ctx.obj
    columns = {"epoch": "TIME", "channel": "CHANNEL", "reason": "REASON", "payload": "PAYLOAD"}
    terminal.table(terminal.client().get("/rejected", limit=limit), columns)


def why(
    ctx: typer.Context,
    event: str = typer.Argument(
        ..., metavar="EVENT", help="Also a run, or whatever `job list` names as the cause."
    ),
    wait: bool = typer.Option(False, "--wait", help="Until nothing moves any more, at most 60 s."),
) -> None:
    """Show what followed from an event, and why."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    found = settled(client, event) if wait else client.get(f"/events/{segment(event)}/why")
    terminal.answer(found, render(terminal, found))


def _read(file: str) -> events.Event:
    octets = sys.stdin.buffer.read() if file == "-" else _bytes(Path(file))
    text = octets.decode("utf-8", "replace")
    # JSON is YAML as well, but its own reader names the fields better.
    return events.decode(text) if text.lstrip().startswith("{") else events.load_yaml(text)


def _kind(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from error
