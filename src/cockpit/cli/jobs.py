"""`job …`: the work that events caused."""

import sys

import typer

from cockpit.cli.client import segment
from cockpit.cli.repository import Everywhere, Only, listed
from cockpit.cli.terminal import Terminal, confirm
from cockpit.cli.trail import job_lines
from cockpit.errors import OpsError

_COLUMNS = {
    "id": "ID",
    "event": "EVENT",
    "service": "SERVICE",
    "action": "ACTION",
    "state": "STATE",
    "attempts": "TRIES",
    "error": "ERROR",
}
_Id = typer.Argument(..., metavar="ID")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Jobs: list, show, retry, drop.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (show, retry, drop):
        group.command()(command)
    app.add_typer(group, name="job")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, state="", repo="", everywhere=False, limit=50)


def listing(
    ctx: typer.Context,
    state: str = typer.Option(
        "", "--state", help="Only these: queued, running, ok, error, dead, dropped."
    ),
    repo: str = Only,
    everywhere: bool = Everywhere,
    limit: int = typer.Option(50, "--limit", min=1, max=1000, help="How many at most."),
) -> None:
    """List jobs, newest first."""
    terminal: Terminal = ctx.obj
    meant = listed(terminal, repo, everywhere)
    rows = terminal.client().get("/jobs", state=state, repo=meant, limit=limit)
    terminal.table(rows, _COLUMNS)


def show(ctx: typer.Context, job: str = _Id) -> None:
    """Show one job: its output, its error, its attempts, what it made."""
    terminal: Terminal = ctx.obj
    found = terminal.client().get(f"/jobs/{segment(job)}")
    lines = [f"{terminal.bold(found['id'])}  caused by {found['event']}"]
    lines += job_lines(terminal, found, [])
    lines += [f"      made {made['kind']} {made['id']}" for made in found["made"]]
    lines += [
        f"  attempt {t['attempt']}: {t['state']}: {t.get('error', '')}" for t in found["tries"]
    ]
    terminal.answer(found, "\n".join(lines))


def retry(ctx: typer.Context, job: str = _Id) -> None:
    """Run a job that failed or died again, now."""
    terminal: Terminal = ctx.obj
    found = terminal.client().post(f"/jobs/{segment(job)}/retry")
    terminal.answer(found, f"{job} is {found['state']}")


def drop(
    ctx: typer.Context,
    job: str = _Id,
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Give a job up: it runs no more."""
    terminal: Terminal = ctx.obj
    if not yes and sys.stdin.isatty() and not confirm(f"Give up job {job}? [y/N] "):
        raise OpsError("nothing was dropped")
    found = terminal.client().delete(f"/jobs/{segment(job)}")
    terminal.answer(found, f"{job} is {found['state']}")
