"""`eco …`: errors of applications, equal ones counted as one."""

import sys

import typer

from cockpit.cli.client import Client, segment
from cockpit.cli.eco_view import SHORT, listed, notice, whole
from cockpit.cli.moment import epoch
from cockpit.cli.replays import Since, Where
from cockpit.cli.several import each
from cockpit.cli.tailing import tail as follow
from cockpit.cli.terminal import Terminal, confirm
from cockpit.cli.watching import present
from cockpit.errors import InputError, OpsError

_MOST = 1000
_EVERY = 100_000
_State = typer.Option("", "--state", help="Only these: NEW, ALERT, CLOSED.")
_App = typer.Option("", "--app", help="Only those of this application.")
_Type = typer.Option("", "--type", help="Only these: BUG, INPUT, OPERATIONS, …")
_Text = typer.Option("", "--text", help="Only those with this text in message, function or file.")
_Limit = typer.Option(50, "--limit", min=1, max=_MOST, help="How many at most.")
_Watch = typer.Option(False, "--watch", "-w", help="Show it again and again, until Ctrl-C.")
_Id = typer.Argument(..., metavar="ID", help="As `eco list` shows it, or the whole guid.")
_Ids = typer.Argument(..., metavar="ID…", help="As `eco list` shows them, or whole guids.")
_By = typer.Option("", "--by", metavar="NAME", help="Who does it; else the holder of the token.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Errors: list, show, close, reopen, tail.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (show, close, reopen, tail):
        group.command()(command)
    app.add_typer(group, name="eco")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        present(ctx.obj, "/ecos", {}, listed, limit=50, is_watched=False)


def listing(
    ctx: typer.Context,
    *,
    state: str = _State,
    app: str = _App,
    type_: str = _Type,
    text: str = _Text,
    since: str = Since,
    limit: int = _Limit,
    watch: bool = _Watch,
) -> None:
    """List errors, those that were seen last first."""
    chosen = _chosen(state, app, type_, text) | {"since": epoch(since)}
    present(ctx.obj, "/ecos", chosen, listed, limit=limit, is_watched=watch)


def show(
    ctx: typer.Context,
    eco: str = _Id,
    long: bool = typer.Option(False, "--long", "-l", help="The backtrace and details as well."),
) -> None:
    """Show one error: where in the code, how often, what led to it, what became of it."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(f"/ecos/{segment(eco)}")
    terminal.answer(found, "\n".join(whole(terminal, found, is_long=long)))


def close(
    ctx: typer.Context,
    *,
    ecos: list[str] = typer.Argument(None, metavar="[ID…]", help="As `eco list` shows them."),
    every: bool = typer.Option(False, "--all", help="All that the options choose."),
    app: str = _App,
    type_: str = _Type,
    text: str = _Text,
    by: str = _By,
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Close errors: they are dealt with; one that comes again opens again and says so."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    if every == bool(ecos):
        raise InputError("say which: an ID or several, or --all with --app, --type, --text")
    if not every and (app or type_ or text):
        raise InputError("--app, --type and --text choose among --all")
    meant = _open(client, _chosen("", app, type_, text)) if every else ecos
    if every and meant and not yes:
        _ask_first(len(meant))
    each(
        terminal,
        meant,
        lambda eco: client.post(f"/ecos/{segment(eco)}/close", by=by),
        lambda done: f"{done['guid'][:SHORT]} is CLOSED",
    )


def reopen(ctx: typer.Context, ecos: list[str] = _Ids, by: str = _By) -> None:
    """Open errors again that were closed."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    each(
        terminal,
        ecos,
        lambda eco: client.post(f"/ecos/{segment(eco)}/reopen", by=by),
        lambda done: f"{done['guid'][:SHORT]} is {done['state']}",
    )


def tail(ctx: typer.Context, where: str = Where) -> None:
    """Print errors as they are told of, until Ctrl-C; with --json one document a line."""
    terminal: Terminal = ctx.obj
    follow(terminal, "eco", where, lambda event: notice(terminal, event))


def _chosen(state: str, app: str, type_: str, text: str) -> dict[str, object]:
    return {"state": state.upper(), "app": app, "type": type_.upper(), "text": text}


def _open(client: Client, chosen: dict[str, object]) -> list[str]:
    """Return the guids of all that are not closed."""
    found: list[str] = []
    for state in ("NEW", "ALERT"):
        rows = client.list("/ecos", _EVERY, **chosen | {"state": state})
        found += [row["guid"] for row in rows]
    return found


def _ask_first(count: int) -> None:
    if sys.stdin.isatty() and not confirm(f"Close {count} ecos? [y/N] "):
        raise OpsError("nothing was closed")
