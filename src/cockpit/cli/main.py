"""The root of the command, and what an error means to whoever started it.

Exit codes: 0 fine, 1 failed or refused by the server, 2 wrong usage, 130 interrupted. A failure is
one line on standard error, with `--json` one line of JSON; a list of mistakes in the settings has a
line for each.
"""

import io
import os
import sys
import traceback

import msgspec
import typer

from cockpit import __version__
from cockpit.cli import (
    alarms,
    blueprints,
    configuring,
    ecos,
    events,
    formats,
    jobs,
    messages,
    outbox,
    people,
    questions,
    repos,
    runs,
    schedule,
    secrets,
    service_install,
    services,
    starting,
    status,
    telegram,
    templates,
    tokens,
    trying,
)
from cockpit.cli.terminal import Terminal
from cockpit.cli.words import Globals, split
from cockpit.errors import InputError, OpsError

_FAILED, _WRONG, _INTERRUPTED = 1, 2, 130
_ABOUT = "Run and ask a cockpit: events come in, services act, anyone can see why."
_EVERYWHERE = (
    "Every command takes, anywhere in the line: --home DIR (else COCKPIT_HOME, else upwards from"
    " here, else ./home), --json (one JSON document), --url URL (else COCKPIT_URL; a cockpit"
    " elsewhere, with COCKPIT_TOKEN)."
)


def application() -> typer.Typer:
    """Return the command with all its groups."""
    app = typer.Typer(
        help=_ABOUT,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["--help", "-h"]},
    )

    @app.callback(invoke_without_command=True)
    def root(
        ctx: typer.Context,
        version: bool = typer.Option(False, "--version", help="Print the version."),
    ) -> None:
        if version:
            terminal: Terminal = ctx.obj
            terminal.answer({"version": __version__}, __version__)
            raise typer.Exit

    for room in (
        starting,
        status,
        trying,
        events,
        jobs,
        ecos,
        alarms,
        outbox,
        repos,
        services,
        blueprints,
        runs,
        schedule,
        templates,
        secrets,
        questions,
        messages,
        people,
        telegram,
        tokens,
        formats,
        configuring,
        service_install,
    ):
        room.register(app)
    _explain_globals(app)
    return app


def _explain_globals(app: typer.Typer) -> None:
    """Put the options that every command takes below the help of every command."""
    app.info.epilog = _EVERYWHERE
    for command in app.registered_commands:
        command.epilog = _EVERYWHERE
    for group in app.registered_groups:
        if group.typer_instance is not None:
            _explain_globals(group.typer_instance)


def main(words: list[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    _let_any_text_out()
    words = sys.argv[1:] if words is None else words
    given = Globals(json="--json" in words)  # What to do when the words cannot be split at all.
    try:
        given, rest = split(words)
        return _run(Terminal(given), rest)
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the edge: a bug of ours is one line too
        text, code = _verdict(error)
    print(msgspec.json.encode({"error": text}).decode() if given.json else text, file=sys.stderr)
    return code


def _run(terminal: Terminal, words: list[str]) -> int:
    try:
        code = application()(args=words, prog_name="cockpit", obj=terminal, standalone_mode=False)
        # Here and not at the interpreter's exit, where nobody could catch what goes wrong.
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # Typer turns a closed pipe into SystemExit. Whoever read has seen enough: that is fine.
        _leave_unwritten()
        return 0
    return code if isinstance(code, int) else 0


def _verdict(error: Exception) -> tuple[str, int]:
    """Return what to say about an error, and the exit code."""
    match error:
        case typer.TyperException():
            return _usage(error), error.exit_code
        case InputError():
            return str(error), _WRONG
        case OpsError():
            return str(error), _FAILED
        case OSError():
            _leave_unwritten()
            return f"failed: {error.strerror or error}", _FAILED
        case _:
            return _bug(error), _FAILED


def _usage(error: typer.TyperException) -> str:
    """Return a mistake in the command line with where to read on, or the help that it asks for."""
    text = error.format_message().strip()
    context = getattr(error, "ctx", None)
    if context is None or "\n" in text:
        return text
    return f"{text.rstrip('.')} (see `{context.command_path} --help`)"


def _bug(error: Exception) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{os.path.basename(last.filename)}:{last.lineno}"  # noqa: PTH119 - a frame's name
    text = " ".join(str(error).split())
    return f"a bug of cockpit, please report it: {type(error).__name__}: {text} ({where})"


def _let_any_text_out() -> None:
    """Let a terminal or pipe that knows less than UTF-8 show what it can, not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _leave_unwritten() -> None:
    """Let what could not be written go, or the interpreter complains about it at its exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
