"""`message …`: what people are told, and what is held because somebody cannot be reached."""

import typer

from cockpit.cli.terminal import Terminal

_COLUMNS = {
    "epoch": "TIME",
    "who": "WHO",
    "to": "PEOPLE",
    "service": "SERVICE",
    "text": "MESSAGE",
    "state": "STATE",
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Messages to people: list.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    app.add_typer(group, name="message")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, state="", limit=50)


def listing(
    ctx: typer.Context,
    state: str = typer.Option("", "--state", help="Only these: held, mailed, over."),
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="How many at most."),
) -> None:
    """List messages, newest first; what is held is mailed once somebody can be reached."""
    terminal: Terminal = ctx.obj
    terminal.table(terminal.client().get("/messages", state=state, limit=limit), _COLUMNS)
