"""`people …`: whom the robot may tell and ask."""

import datetime as dt

import typer

from cockpit.cli.client import segment
from cockpit.cli.terminal import Terminal, moment
from cockpit.errors import InputError

_COLUMNS = {
    "name": "NAME",
    "mail": "MAIL",
    "telegram": "TELEGRAM",
    "role": "ROLE",
    "groups": "GROUPS",
    "origin": "FROM",
}
_Name = typer.Argument(..., metavar="NAME")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="People: list, show, add, remove, link, unlink, and who is on duty.",
        rich_markup_mode=None,
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (show, add, remove, link, unlink, duty):
        group.command()(command)
    app.add_typer(group, name="people")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx)


def listing(ctx: typer.Context) -> None:
    """List everybody, by name."""
    terminal: Terminal = ctx.obj
    terminal.table(terminal.client().get("/people"), _COLUMNS)


def show(ctx: typer.Context, name: str = _Name) -> None:
    """Show one person."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(f"/people/{segment(name)}")
    lines = [terminal.bold(found["name"])]
    fields = ("mail", "telegram", "telegram_id", "role", "origin")
    told = [field for field in fields if found[field]]
    lines += [f"  {field}: {found[field]}" for field in told]
    if found["groups"]:
        lines.append(f"  groups: {', '.join(found['groups'])}")
    terminal.answer(found, "\n".join(lines))


def add(
    ctx: typer.Context,
    name: str = _Name,
    *,
    mail: str | None = typer.Option(None, "--mail", help="Their address."),
    telegram: str | None = typer.Option(None, "--telegram", help="Their Telegram user name."),
    role: str | None = typer.Option(
        None, "--role", help="What they may do: read (if not set), operate, admin."
    ),
    group: list[str] | None = typer.Option(
        None, "--group", help="A group they are in; may be repeated."
    ),
) -> None:
    """Add a person, or change what is named; an empty text, such as --mail "", takes it away."""
    terminal: Terminal = ctx.obj
    groups = ",".join(group) if group else None
    fields = {"mail": mail, "telegram": telegram, "role": role, "groups": groups}
    found = terminal.client().put(f"/people/{segment(name)}", **fields)
    reach = (
        ""
        if found["mail"] or found["telegram_id"]
        else "; there is no way to reach them yet, messages are held"
    )
    terminal.answer(found, f"{name} may {found['role']}{reach}")


def remove(ctx: typer.Context, name: str = _Name) -> None:
    """Remove a person."""
    terminal: Terminal = ctx.obj
    terminal.client().delete(f"/people/{segment(name)}")
    terminal.answer({"removed": name}, f"{name} is removed")


def link(ctx: typer.Context, name: str = _Name) -> None:
    """Print a one-time link: whoever opens it in Telegram is this person from then on."""
    terminal: Terminal = ctx.obj
    made = terminal.client().post(f"/people/{segment(name)}/telegram-link")
    terminal.answer(made, f"{made['link']}\nfor {name}, once, until {moment(made['expires'])}")


def unlink(ctx: typer.Context, name: str = _Name) -> None:
    """Tie no chat to a person any more."""
    terminal: Terminal = ctx.obj
    terminal.client().delete(f"/people/{segment(name)}/telegram-link")
    terminal.answer({"unlinked": name}, f"{name} is tied to no chat")


def duty(
    ctx: typer.Context,
    at: str = typer.Option(
        "", "--at", metavar="TIME", help="Such as 2026-12-25T08:00; now if not set."
    ),
) -> None:
    """Say who is on duty by each calendar, and who is the backup."""
    terminal: Terminal = ctx.obj
    epoch = _epoch(at)
    found = terminal.client().get("/duty", at=epoch)
    rows = [
        {"calendar": one["calendar"], "on": one["people"][:1], "backup": one["people"][1:]}
        for one in found
    ]
    terminal.table(rows, {"calendar": "CALENDAR", "on": "ON DUTY", "backup": "BACKUP"})


def _epoch(text: str) -> float:
    try:
        return dt.datetime.fromisoformat(text).timestamp() if text else 0
    except ValueError as error:
        raise InputError(f"--at: {text!r} is no time such as 2026-12-25T08:00") from error
