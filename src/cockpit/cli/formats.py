"""`hrd show` and `schema show`: what was read from files of a repository, without a server."""

from pathlib import Path
from typing import Any

import msgspec
import typer

from cockpit.ays import hrd, schema
from cockpit.ays.template import read_text
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError

_WRONG = 2
_FILES = typer.Argument(help="Files to read.")


def register(app: typer.Typer) -> None:
    """Add the groups."""
    for name, command, about in (
        ("hrd", show_hrd, "HRD files: show what is read from them."),
        ("schema", show_schema, "Files schema.hrd: show what is read from them."),
    ):
        group = typer.Typer(help=about, rich_markup_mode=None, no_args_is_help=True)
        group.callback()(_group)
        group.command("show")(command)
        app.add_typer(group, name=name)


def _group() -> None:
    return


def show_hrd(ctx: typer.Context, files: list[Path] = _FILES) -> None:
    """Show each key with its value, variables put in; warnings name file and line."""
    _answer(ctx, [_read_hrd(file) for file in files])


def show_schema(ctx: typer.Context, files: list[Path] = _FILES) -> None:
    """Show each field with its tags; mistakes name file and line, and make the exit code 2."""
    _answer(ctx, [_read_schema(file) for file in files])


def _read_hrd(file: Path) -> dict[str, Any]:
    found = hrd.parse(read_text(file), source=str(file))
    data, errors = {}, []
    for entry in found.entries():
        try:
            data[entry.key] = found.get(entry.key)
        except InputError as error:
            data[entry.key] = None
            errors.append(str(error))
    # What makes a value unreadable is told once, as an error.
    warnings = [warning for warning in found.warnings if warning not in errors]
    return {"file": str(file), "data": data, "warnings": warnings, "errors": errors}


def _read_schema(file: Path) -> dict[str, Any]:
    warnings: list[str] = []
    try:
        found = schema.parse(read_text(file), source=str(file), warnings=warnings)
    except InputError as error:
        return {
            "file": str(file),
            "fields": {},
            "warnings": warnings,
            "errors": str(error).split("\n"),
        }
    fields = {name: msgspec.to_builtins(field) for name, field in found.fields.items()}
    return {"file": str(file), "fields": fields, "warnings": warnings, "errors": []}


def _answer(ctx: typer.Context, found: list[dict[str, Any]]) -> None:
    terminal: Terminal = ctx.obj
    terminal.answer(found, "\n".join(line for one in found for line in _lines(terminal, one)))
    if any(one["errors"] for one in found):
        raise typer.Exit(_WRONG)


def _lines(terminal: Terminal, one: dict[str, Any]) -> list[str]:
    rows = one.get("data") or one.get("fields") or {}
    return [
        terminal.bold(one["file"]),
        *(f"  {key} = {msgspec.json.encode(value).decode()}" for key, value in rows.items()),
        *(f"  warning: {warning}" for warning in one["warnings"]),
        *(f"  {terminal.bad('error')}: {error}" for error in one["errors"]),
    ]
