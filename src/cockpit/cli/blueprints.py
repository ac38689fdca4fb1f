"""`blueprint …`."""

import sys
from pathlib import Path

import typer

from cockpit.cli.client import segment
from cockpit.cli.repository import Repo, the_repo
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError, OpsError

_Name = typer.Argument(..., metavar="NAME", help="Its file's name.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Blueprints: list, show, execute, create, archive, restore, delete.",
        rich_markup_mode=None,
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (show, execute, create, archive, restore, delete):
        group.command()(command)
    app.add_typer(group, name="blueprint")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, repo="")


def listing(ctx: typer.Context, repo: str = Repo) -> None:
    """List blueprints in the order of their execution; `_x` and `x__archive` are archived."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    rows = client.get(f"/ays/repository/{segment(the_repo(terminal, client, repo))}/blueprint")
    terminal.table(rows, {"name": "NAME", "archived": "ARCHIVED"})


def show(ctx: typer.Context, name: str = _Name, repo: str = Repo) -> None:
    """Print a blueprint."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(_path(terminal, repo, name))
    terminal.answer(found, found["content"].rstrip("\n"))


def create(
    ctx: typer.Context,
    name: str = _Name,
    file: str = typer.Argument("-", metavar="[FILE]", help="What it says; else standard input."),
    repo: str = Repo,
) -> None:
    """Write a new blueprint; it is not executed yet."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    address = f"/ays/repository/{segment(the_repo(terminal, client, repo))}/blueprint"
    made = client.post(address, name=name, content=_read(file))
    terminal.answer(made, f"wrote {made['path']}")


def archive(ctx: typer.Context, name: str = _Name, repo: str = Repo) -> None:
    """Have a blueprint executed with the others no more."""
    terminal: Terminal = ctx.obj
    made = terminal.client().put(f"{_path(terminal, repo, name)}/archive")
    terminal.answer(made, f"it is {made['name']} now, and not executed with the others")


def restore(ctx: typer.Context, name: str = _Name, repo: str = Repo) -> None:
    """Have an archived blueprint executed with the others again."""
    terminal: Terminal = ctx.obj
    made = terminal.client().put(f"{_path(terminal, repo, name)}/restore")
    terminal.answer(made, f"it is {made['name']} now, and executed with the others")


def delete(ctx: typer.Context, name: str = _Name, repo: str = Repo) -> None:
    """Move a blueprint to the trash, once the services that it alone describes are gone."""
    terminal: Terminal = ctx.obj
    terminal.client().delete(_path(terminal, repo, name))
    terminal.answer({"deleted": name}, f"{name} is in the trash now")


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


def _path(terminal: Terminal, repo: str, name: str) -> str:
    repo = the_repo(terminal, terminal.client(), repo)
    return f"/ays/repository/{segment(repo)}/blueprint/{segment(name)}"


def _read(file: str) -> str:
    """Read a file, or standard input.

    Raises:
        InputError: It is no UTF-8.
        OpsError: It cannot be read.
    """
    try:
        octets = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return octets.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is no UTF-8") from error
    except OSError as error:
        raise OpsError(f"cannot read {file}: {error.strerror}") from error


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
