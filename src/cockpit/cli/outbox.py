"""`outbox …`: mail on its way out."""

import typer

from cockpit.cli.client import segment
from cockpit.cli.terminal import Terminal

_COLUMNS = {"id": "ID", "epoch": "TIME", "to": "TO", "subject": "SUBJECT", "state": "STATE"}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Outgoing mail: list, show.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    group.command()(show)
    app.add_typer(group, name="outbox")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, limit=50)


def listing(
    ctx: typer.Context,
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="How many at most."),
) -> None:
    """List outgoing mails, newest first."""
    terminal: Terminal = ctx.obj
    terminal.table(terminal.client().get("/outbox", limit=limit), _COLUMNS)


def show(ctx: typer.Context, mail: str = typer.Argument(..., metavar="ID")) -> None:
    """Show one mail as it would leave."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(f"/outbox/{segment(mail)}")
    about = f"{found['id']}  {found['state']}  to {', '.join(found['to'])}"
    terminal.answer(found, f"{about}\n\n{found['raw'].replace(chr(13), '')}".rstrip())
