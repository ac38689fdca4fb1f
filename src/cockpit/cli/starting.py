"""`init`, `start` and `robot`: the commands that become a server process."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec
import typer

from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError, OpsError

_WRONG = 2
_Examples = typer.Option(
    [],
    "--example",
    help="Copy this example in: helpdesk, nightly, chain, hook-out, selfheal, oncall; may be"
    " repeated.",
)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(init)
    app.command()(start)
    app.command()(robot)


def init(
    ctx: typer.Context,
    folder: str = typer.Argument(..., metavar="DIR", help="The new home."),
    example: list[str] = _Examples,
) -> None:
    """Make a home: settings, an admin token (shown once), and an example if you like."""
    terminal: Terminal = ctx.obj
    if not folder.strip():
        raise InputError("init: DIR is needed, not an empty word")
    home = Path(folder).absolute()
    words = [sys.executable, "-m", "cockpit.app", "init", "--home", str(home)]
    done = subprocess.run(
        [*words, *_examples(example)], capture_output=True, text=True, check=False
    )
    said = done.stderr.strip()
    if done.returncode:
        family = InputError if done.returncode == _WRONG else OpsError
        raise family(said or f"init failed with exit code {done.returncode}")
    if said:
        print(said, file=sys.stderr)
    made = msgspec.json.decode(done.stdout)
    lines = [f"{home} is ready."]
    if made.get("token"):
        lines.append(f"admin token (shown once): {made['token']}")
    lines += [f"made service {service}" for service in made.get("services", [])]
    lines += [f"warning: {warning}" for warning in made.get("warnings", [])]
    lines.append(f"start it with: cockpit start --home {shlex.quote(folder)}")
    terminal.answer({"home": str(home)} | made, "\n".join(lines))


def start(ctx: typer.Context, example: list[str] = _Examples) -> None:
    """Start the whole cockpit in the foreground; Ctrl-C stops it."""
    terminal: Terminal = ctx.obj
    _become("rack", "--home", str(terminal.home), *_examples(example))


def robot(
    ctx: typer.Context,
    redis: str = typer.Option("", "--redis", help="The Redis of the cockpit to work for."),
) -> None:
    """Run actions on this machine for a cockpit elsewhere; the home holds the same repositories."""
    terminal: Terminal = ctx.obj
    if not redis:
        raise InputError("robot: --redis URL says whose work to do")
    _become("robot", "--home", str(terminal.home), "--redis", redis)


def _examples(names: list[str]) -> list[str]:
    return [word for name in names for word in ("--example", name)]


def _become(*words: str) -> None:
    """Replace this process, so that gevent patches first and nothing of ours stays in memory."""
    sys.stdout.flush()
    try:
        os.execv(sys.executable, [sys.executable, "-m", "cockpit.app", *words])  # noqa: S606
    except OSError as error:
        raise OpsError(f"cannot start: {error}") from error
