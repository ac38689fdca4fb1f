"""`token …`: what opens the HTTP door to people and programs; and `audit`, who changed what."""

import getpass
import secrets

import typer

from cockpit.cli.client import segment
from cockpit.cli.terminal import Terminal, moment

_COLUMNS = {
    "name": "NAME",
    "scope": "SCOPE",
    "made": "MADE",
    "expires": "EXPIRES",
    "used": "LAST USED",
}
_ACTS = {"time": "TIME", "who": "WHO", "kind": "BY", "where": "FROM", "what": "WHAT", "status": ""}


def register(app: typer.Typer) -> None:
    """Add the group, and `audit`."""
    group = typer.Typer(
        help="Tokens of the HTTP door: list, create, revoke.", rich_markup_mode=None
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (create, revoke):
        group.command()(command)
    app.add_typer(group, name="token")
    app.command()(audit)


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx)


def listing(ctx: typer.Context) -> None:
    """List the tokens; nobody can see one again."""
    terminal: Terminal = ctx.obj
    rows = terminal.client().get("/tokens")
    if not terminal.json:
        for row in rows:
            row["made"] = moment(row["epoch"])
            row["expires"] = moment(row["expires"]) or "never"
            row["used"] = moment(row["used"]) or "never"
    terminal.table(rows, _COLUMNS)


def create(
    ctx: typer.Context,
    name: str = typer.Argument("", metavar="[NAME]", help="Whose it is; else yours, numbered."),
    *,
    scope: str = typer.Option("read", "--scope", help="read, operate or admin."),
    expires: str = typer.Option("", "--expires", help="A duration, such as 90d; else never."),
) -> None:
    """Make a token and print it, once."""
    terminal: Terminal = ctx.obj
    name = name or f"{getpass.getuser()}-{secrets.token_hex(2)}"
    made = terminal.client().post("/tokens", name=name, scope=scope, expires=expires)
    terminal.answer(made, made["token"])


def revoke(ctx: typer.Context, name: str = typer.Argument(..., metavar="NAME")) -> None:
    """End a token: it opens nothing from now on."""
    terminal: Terminal = ctx.obj
    terminal.client().delete(f"/tokens/{segment(name)}")
    terminal.answer({"revoked": name}, f"revoked {name}")


def audit(
    ctx: typer.Context,
    *,
    who: str = typer.Option("", "--who", help="Only what this name did."),
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="How many at most."),
    before: str = typer.Option("", "--before", help="Only before this entry, by its id."),
) -> None:
    """List who changed what, when and from where, newest first."""
    terminal: Terminal = ctx.obj
    rows = terminal.client().get("/audit", limit=limit, who=who, before=before)
    if not terminal.json:
        for row in rows:
            row["time"] = moment(row["epoch"])
            row["status"] = f"refused: {row['status']}" if row.get("status") else ""
    terminal.table(rows, _ACTS)
