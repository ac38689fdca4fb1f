"""`secret …`: what only actions may see. Works on the home itself; no server is asked."""

import getpass
import sys

import typer

from cockpit.access.secrets import Secrets
from cockpit.cli.terminal import Terminal

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
    if sys.stdin.isatty():
        value = getpass.getpass(f"{name}: ")
    else:
        value = sys.stdin.read().removesuffix("\n")
    _secrets(terminal).set(name, value)
    terminal.answer({"name": name}, f"write it as $(secret:{name})")


def remove(ctx: typer.Context, name: str = _Name) -> None:
    """Forget a secret; whoever asks for it fails from now on."""
    terminal: Terminal = ctx.obj
    _secrets(terminal).remove(name)
    terminal.answer({"removed": name}, f"{name} is removed")


def _secrets(terminal: Terminal) -> Secrets:
    return Secrets(terminal.home / "secrets" / "values")
