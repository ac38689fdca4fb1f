"""`run …`: an action of many services, in the order that they need each other."""

import time
from collections.abc import Iterator
from typing import Any

import typer

from cockpit.cli.client import Client, segment
from cockpit.cli.repository import Everywhere, Instance, Only, Repo, Role, listed, the_repo
from cockpit.cli.run_view import PENDING, lines, screen
from cockpit.cli.terminal import Terminal, moment
from cockpit.cli.watching import board

_FAILED = 1
_TOLD = 3
_LINES = 6
_OVER = ("ok", "error", "cancelled")
_COLUMNS = {
    "id": "ID",
    "repo": "REPO",
    "action": "ACTION",
    "state": "STATE",
    "services": "SERVICES",
    "left": "LEFT",
    "at": "BEGAN",
}
_REFRESH_S = 1
_Action = typer.Argument(
    "",
    metavar="ACTION",
    help="install, uninstall, start, stop, or your own; else all that is pending.",
)
_Force = typer.Option(False, "--force", help="Run it although it is ok.")
_Run = typer.Argument(..., metavar="RUN", help="As in `run-12`.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Runs: simulate, start, list, show, cancel, retry.", rich_markup_mode=None
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (simulate, start, show, cancel, retry):
        group.command()(command)
    app.add_typer(group, name="run")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, repo="", everywhere=False, limit=50)


def listing(
    ctx: typer.Context,
    repo: str = Only,
    everywhere: bool = Everywhere,
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="How many at most."),
) -> None:
    """List runs, newest first."""
    terminal: Terminal = ctx.obj
    meant = listed(terminal, repo, everywhere)
    rows = terminal.client().get("/runs", repo=meant, limit=limit)
    if not terminal.json:
        rows = [
            row | {"at": moment(row["began"]), "action": row["action"] or PENDING} for row in rows
        ]
    terminal.table(rows, _COLUMNS)


def simulate(
    ctx: typer.Context,
    *,
    action: str = _Action,
    repo: str = Repo,
    role: str = Role,
    instance: str = Instance,
    force: bool = _Force,
) -> None:
    """Show what a run would do, step by step; nothing is changed."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    found = client.post(
        "/runs/simulate",
        repo=the_repo(terminal, client, repo),
        action=action,
        role=role,
        instance=instance,
        force=force,
    )
    terminal.answer(found, "\n".join(lines(terminal, found)))


def start(
    ctx: typer.Context,
    *,
    action: str = _Action,
    repo: str = Repo,
    role: str = Role,
    instance: str = Instance,
    force: bool = _Force,
    wait: bool = typer.Option(True, "--wait/--no-wait", help="Follow it to its end."),
) -> None:
    """Start a run and follow it; what is ok already is left out.

    Without ACTION all is done that is scheduled, changed or failed.
    """
    terminal: Terminal = ctx.obj
    client = terminal.client()
    found = client.post(
        "/runs",
        repo=the_repo(terminal, client, repo),
        action=action,
        role=role,
        instance=instance,
        force=force,
    )
    _tell(terminal, client, found, wait=wait)


def show(
    ctx: typer.Context,
    run: str = _Run,
    wait: bool = typer.Option(False, "--wait/--no-wait", help="Follow it to its end."),
) -> None:
    """Show a run: its steps, and how far each service is."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    found = client.get(f"/runs/{segment(run)}")
    if wait:
        _tell(terminal, client, found, wait=True)
        return
    terminal.answer(found, "\n".join(lines(terminal, found)))


def cancel(ctx: typer.Context, run: str = _Run) -> None:
    """Begin nothing more of a run; what runs ends by itself."""
    terminal: Terminal = ctx.obj
    found = terminal.client().post(f"/runs/{segment(run)}/cancel")
    terminal.answer(found, "\n".join(lines(terminal, found)))


def retry(
    ctx: typer.Context,
    run: str = _Run,
    wait: bool = typer.Option(True, "--wait/--no-wait", help="Follow it to its end."),
) -> None:
    """Take a run up again from what failed."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    _tell(terminal, client, client.post(f"/runs/{segment(run)}/retry"), wait=wait)


def _tell(terminal: Terminal, client: Client, run: dict[str, Any], *, wait: bool) -> None:
    """Show a run, until its end when that is wanted; a run that failed is exit code 1."""
    if wait and run["state"] not in _OVER:
        run = _follow(terminal, client, run)
    elif not terminal.json:
        terminal.say("\n".join(lines(terminal, run)))
    if terminal.json:
        terminal.answer(run, "")
    if wait and run["state"] != "ok":
        if not terminal.json:
            terminal.say("\n".join(_reasons(client, run)))
        raise typer.Exit(_FAILED)


def _reasons(client: Client, run: dict[str, Any]) -> Iterator[str]:
    """Yield why the first services failed, with the place in their file."""
    failed = [part for part in run["parts"] if part["state"] == "error"]
    for part in failed[:_TOLD]:
        job = client.get(f"/jobs/{segment(part['jobs'][part['at']])}")
        yield f"\n{part['service']}:"
        yield "\n".join(job["traceback"].strip().splitlines()[-_LINES:]) or job["error"]
    if len(failed) > _TOLD:
        yield f"\nand {len(failed) - _TOLD} more"


def _follow(terminal: Terminal, client: Client, run: dict[str, Any]) -> dict[str, Any]:
    path = f"/runs/{segment(run['id'])}"
    if terminal.json or not terminal.is_screen:
        while run["state"] not in _OVER:
            run = client.get(path, wait=20)
    else:
        run = _watch(terminal, client, run)
    if not terminal.json:
        terminal.say("\n".join(lines(terminal, run)))
    return run


def _watch(terminal: Terminal, client: Client, run: dict[str, Any]) -> dict[str, Any]:
    """Show a run on the screen while it goes on, and return it as it ended."""
    with board() as found:
        while run["state"] not in _OVER:
            found.draw(screen(terminal, run, found.height))
            # The server answers early only once the run is over.
            wait = _REFRESH_S if time.time() > run["began"] + 5 else 0.2
            run = client.get(f"/runs/{segment(run['id'])}", wait=wait)
    return run
