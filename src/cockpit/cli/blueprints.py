"""`blueprint …`."""

from pathlib import Path

import typer

from cockpit.cli.client import segment
from cockpit.cli.repository import Repo, the_repo
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Blueprints: list, execute.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    group.command()(execute)
    app.add_typer(group, name="blueprint")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, repo="")


def listing(ctx: typer.Context, repo: str = Repo) -> None:
    """List blueprints in the order of their execution; `_x` and `x__archive` are disabled."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    rows = client.get(f"/ays/repository/{segment(the_repo(terminal, client, repo))}/blueprint")
    terminal.table(rows, {"name": "NAME", "enabled": "ENABLED"})


def execute(
    ctx: typer.Context,
    name: str = typer.Argument("-", metavar="NAME", help="A file or its path; else all, in order."),
    repo: str = Repo,
) -> None:
    """Execute blueprints: make services, or change what changed."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    repo = the_repo(terminal, client, repo)
    name = _file_name(terminal, repo, name)
    done = client.post(f"/ays/repository/{segment(repo)}/blueprint/{segment(name)}")
    lines = [f"{what} {key}" for what in ("created", "updated", "unchanged") for key in done[what]]
    lines += [f"warning: {warning}" for warning in done["warnings"]]
    terminal.answer(done, "\n".join(lines) or f"{repo} has no blueprints")


def _file_name(terminal: Terminal, repo: str, given: str) -> str:
    """Return the name of a blueprint that is given by its path, as a shell completes it.

    Raises:
        InputError: The file is in no folder of the repository.
    """
    if "/" not in given:
        return given
    folder = (terminal.home / "repos" / repo).resolve()
    if folder not in Path(given).resolve().parents:
        raise InputError(f"{given} is no blueprint of {repo}: it is not below {folder}")
    return Path(given).name
