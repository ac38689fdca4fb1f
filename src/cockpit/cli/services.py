"""`service list` and `blueprint execute`."""

from pathlib import Path
from typing import Any

import typer

from cockpit.cli.client import segment
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError

_Repo = typer.Option("", "--repo", help="The repository; else that of the working directory.")


def register(app: typer.Typer) -> None:
    """Add the groups."""
    group = typer.Typer(help="Services: list.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    app.add_typer(group, name="service")
    blueprints = typer.Typer(help="Blueprints: execute.", rich_markup_mode=None)
    blueprints.callback(invoke_without_command=False)(lambda: None)
    blueprints.command()(execute)
    app.add_typer(blueprints, name="blueprint", no_args_is_help=True)


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, repo="")


def listing(
    ctx: typer.Context,
    repo: str = typer.Option("", "--repo", help="Only those of this repository."),
) -> None:
    """List services, what they listen to, and their data."""
    terminal: Terminal = ctx.obj
    rows = terminal.client().get("/services", repo=repo)
    if not terminal.json:
        rows = [row | {"listens": _listens(row), "data": _data(row)} for row in rows]
    columns = {"repo": "REPO", "key": "SERVICE", "listens": "LISTENS TO", "data": "DATA"}
    terminal.table(rows, columns)


def execute(
    ctx: typer.Context,
    name: str = typer.Argument("-", metavar="[NAME]", help="A file; else all, in order."),
    repo: str = _Repo,
) -> None:
    """Execute blueprints: make services, or change what changed."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    repo = repo or _here() or _only(client.get("/status")["repos"])
    done = client.post(f"/ays/repository/{segment(repo)}/blueprint/{segment(name)}")
    lines = [f"{what} {key}" for what in ("created", "updated", "unchanged") for key in done[what]]
    lines += [f"warning: {warning}" for warning in done["warnings"]]
    terminal.answer(done, "\n".join(lines) or f"{repo} has no blueprints")


def _here() -> str:
    for folder in (Path.cwd(), *Path.cwd().parents):
        if (folder / ".ays").exists():
            return folder.name
    return ""


def _only(repos: list[str]) -> str:
    if len(repos) == 1:
        return repos[0]
    known = ", ".join(repos) or "none yet: home/repos is empty"
    raise InputError(f"--repo says which repository; known: {known}")


def _listens(row: dict[str, Any]) -> str:
    return "; ".join(f"{kind}: {', '.join(a)}" for kind, a in row["subscriptions"].items())


def _data(row: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in row["data"].items())
