"""`secret …`: what only actions may see. Works on the home itself; no server is asked."""

import getpass
import sys
from pathlib import Path

import typer

from cockpit.access.secrets import Secrets
from cockpit.ays.template import read_text
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError

_Name = typer.Argument(..., metavar="NAME")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Secrets: list, set, remove.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    group.command("set")(keep)
    group.command()(remove)
    app.add_typer(group, name="secret")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx)


def listing(ctx: typer.Context) -> None:
    """List the names of the secrets."""
    terminal: Terminal = ctx.obj
    rows = [{"name": name, "write": f"$(secret:{name})"} for name in _secrets(terminal).names()]
    terminal.table(rows, {"name": "NAME", "write": "IN BLUEPRINTS"})


def keep(ctx: typer.Context, name: str = _Name) -> None:
    """Keep a secret; its value is asked for, or read from standard input."""
    terminal: Terminal = ctx.obj
    value = getpass.getpass(f"{name}: ") if sys.stdin.isatty() else _read(name)
    _secrets(terminal).set(name, value)
    terminal.answer({"name": name}, f"write it as $(secret:{name})")


def remove(ctx: typer.Context, name: str = _Name) -> None:
    """Forget a secret; whoever asks for it fails from now on."""
    terminal: Terminal = ctx.obj
    _secrets(terminal).remove(name)
    users = _users(terminal.home / "repos", f"$(secret:{name})")
    told = [f"{name} is removed", *(f"warning: {user} names it" for user in users)]
    terminal.answer({"removed": name, "named_in": users}, "\n".join(told))


def _read(name: str) -> str:
    try:
        return sys.stdin.read().removesuffix("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"secret {name}: it is no UTF-8 text") from error


def _users(repos: Path, reference: str) -> list[str]:
    """Return where blueprints and schemas name a secret, as file:line."""
    files = (*repos.glob("*/blueprints/*"), *repos.glob("*/*/**/schema.hrd"))
    return [
        f"{file.relative_to(repos)}:{number}"
        for file in sorted(files)
        if file.is_file()
        for number, line in enumerate(read_text(file).split("\n"), 1)
        if reference in line
    ]


def _secrets(terminal: Terminal) -> Secrets:
    return Secrets(terminal.home / "secrets" / "values")
