"""`schedule`: what the clock will do."""

import typer

from cockpit.cli.repository import Everywhere, Only, listed
from cockpit.cli.terminal import Terminal

_COLUMNS = {
    "next_epoch": "NEXT",
    "repo": "REPO",
    "service": "SERVICE",
    "kind": "KIND",
    "name": "NAME",
    "period_s": "SECONDS",
    "misfire": "MISFIRE",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(schedule)


def schedule(ctx: typer.Context, repo: str = Only, everywhere: bool = Everywhere) -> None:
    """List recurring actions and expected events, soonest first."""
    terminal: Terminal = ctx.obj
    meant = listed(terminal, repo, everywhere)
    terminal.table(terminal.client().get("/schedule", repo=meant), _COLUMNS)
