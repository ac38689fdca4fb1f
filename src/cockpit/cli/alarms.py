"""`alarm …`: what fires, since when, who has it, and who hears of it."""

import time
from collections.abc import Callable
from typing import Any

import typer

from cockpit.cli.alarm_view import SHORT, is_silenced, listed, told, whole
from cockpit.cli.client import segment
from cockpit.cli.moment import epoch
from cockpit.cli.replays import Where
from cockpit.cli.several import each
from cockpit.cli.tailing import tail as follow
from cockpit.cli.terminal import Terminal, ago, moment
from cockpit.cli.watching import present
from cockpit.errors import InputError

_Limit = typer.Option(50, "--limit", min=1, max=1000, help="How many at most.")
_Id = typer.Argument(..., metavar="ID", help="As `alarm list` shows it, or the whole id.")
_Ids = typer.Argument(..., metavar="ID…", help="As `alarm list` shows them, or whole ids.")
_By = typer.Option("", "--by", metavar="NAME", help="Who does it; else the holder of the token.")
_Note = typer.Option("", "--note", metavar="TEXT", help="For those who look at it later.")

_YES = {None: "", True: "yes", False: "no"}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Alarms: list, show, ack, silence, resolve, tail.", rich_markup_mode=None
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (show, ack, silence, resolve, tail):
        group.command()(command)
    app.add_typer(group, name="alarm")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        present(ctx.obj, "/alarms", {}, listed, limit=50, is_watched=False)


def listing(
    ctx: typer.Context,
    *,
    status: str = typer.Option("", "--status", help="Only these: firing, resolved."),
    severity: str = typer.Option("", "--severity", help="Only these, in the sender's word."),
    service: str = typer.Option("", "--service", help="Only those of this service."),
    method: str = typer.Option("", "--method", help="Only those that this found."),
    acked: bool | None = typer.Option(
        None, "--acked/--not-acked", help="Only those that somebody took; or nobody."
    ),
    silenced: bool | None = typer.Option(
        None, "--silenced/--not-silenced", help="Only those that are silenced; or are not."
    ),
    text: str = typer.Option("", "--text", help="Only those with this text in what they say."),
    limit: int = _Limit,
    watch: bool = typer.Option(
        False, "--watch", "-w", help="Show it again and again, until Ctrl-C."
    ),
) -> None:
    """List alarms: those that fire first, the newest change first."""
    chosen = {
        "status": status.lower(),
        "severity": severity,
        "service": service,
        "method": method,
        "acked": _YES[acked],
        "silenced": _YES[silenced],
        "text": text,
    }
    present(ctx.obj, "/alarms", chosen, listed, limit=limit, is_watched=watch)


def show(ctx: typer.Context, alarm: str = _Id) -> None:
    """Show one alarm: since when, who has it, what it called, what became of it."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(f"/alarms/{segment(alarm)}")
    terminal.answer(found, "\n".join(whole(terminal, found)))


def ack(ctx: typer.Context, alarms: list[str] = _Ids, note: str = _Note, by: str = _By) -> None:
    """Take alarms: nobody else is called for them."""
    fields = {"note": note, "by": by}
    _change(ctx.obj, alarms, "ack", fields, lambda done: f"taken by {done['ack']['by']}")


def silence(
    ctx: typer.Context,
    *,
    alarms: list[str] = _Ids,
    for_: str = typer.Option("", "--for", metavar="TIME", help="As 10m, 2h, 1d; 0 ends it."),
    until: str = typer.Option("", "--until", metavar="TIME", help="As 2026-05-03T14:00."),
    note: str = _Note,
    by: str = _By,
) -> None:
    """Let alarms call nobody for a time; what they do meanwhile stands in their history."""
    if bool(for_) == bool(until):
        raise InputError("say how long: --for 2h (0 ends it), or --until 2026-05-03T14:00")
    fields = {"for": for_, "until": _later(until), "note": note, "by": by}
    _change(ctx.obj, alarms, "silence", fields, _silenced)


def resolve(ctx: typer.Context, alarms: list[str] = _Ids, note: str = _Note, by: str = _By) -> None:
    """Say that alarms are resolved, as their sender would: whoever subscribes hears it."""
    fields = {"note": note, "by": by}
    _change(ctx.obj, alarms, "resolve", fields, lambda done: str(done["status"]))


def tail(ctx: typer.Context, where: str = Where) -> None:
    """Print alarms as they come, until Ctrl-C; with --json one document a line."""
    terminal: Terminal = ctx.obj
    follow(terminal, "alarm", where, lambda event: told(terminal, event))


def _change(
    terminal: Terminal,
    alarms: list[str],
    verb: str,
    fields: dict[str, Any],
    said: Callable[[dict[str, Any]], str],
) -> None:
    client = terminal.client()
    each(
        terminal,
        alarms,
        lambda alarm: client.post(f"/alarms/{segment(alarm)}/{verb}", **fields),
        lambda done: f"{done['id'][:SHORT]} {done['service']} {done['method']}: {said(done)}",
    )


def _silenced(done: dict[str, Any]) -> str:
    if not is_silenced(done):
        return "silenced no more"
    until = done["silence"]["until"]
    return f"silenced until {moment(until)} ({ago(until)})"


def _later(until: str) -> int | None:
    """Return a moment to come in epoch seconds.

    Raises:
        InputError: It is no moment, or over.
    """
    end = epoch(until)
    if end is not None and end <= time.time():
        raise InputError(f"--until: {until!r:.60} is over")
    return end
