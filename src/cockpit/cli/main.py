"""The root of the command, and what an error means to whoever started it.

Exit codes: 0 fine, 1 failed, 2 wrong usage, 130 interrupted.
"""

import os
import sys

import msgspec
import typer

from cockpit import __version__
from cockpit.cli import configuring, events, jobs, outbox, services, starting, status, trying
from cockpit.cli.terminal import Terminal
from cockpit.cli.words import Globals, split
from cockpit.errors import InputError, OpsError

_FAILED, _WRONG, _INTERRUPTED = 1, 2, 130
_ABOUT = """Run and ask a cockpit: events come in, services act, anyone can see why.

Every command takes, anywhere in the line: --home DIR (else COCKPIT_HOME, else upwards from
here, else ./home), --json (one JSON document), --url URL with COCKPIT_TOKEN (elsewhere).
"""


def application() -> typer.Typer:
    """Return the command with all its groups."""
    app = typer.Typer(
        help=_ABOUT,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )

    @app.callback(invoke_without_command=True)
    def root(version: bool = typer.Option(False, "--version", help="Print the version.")) -> None:
        if version:
            print(__version__)
            raise typer.Exit

    for room in (starting, status, trying, events, jobs, outbox, services, configuring):
        room.register(app)
    return app


def main(words: list[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    given = Globals()
    try:
        given, rest = split(sys.argv[1:] if words is None else words)
        application()(args=rest, prog_name="cockpit", obj=Terminal(given))
    except InputError as error:
        return _fail(given, str(error), _WRONG)
    except OpsError as error:
        return _fail(given, str(error), _FAILED)
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read has gone; the interpreter must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _fail(given: Globals, text: str, code: int) -> int:
    print(msgspec.json.encode({"error": text}).decode() if given.json else text, file=sys.stderr)
    return code
