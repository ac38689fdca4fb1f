"""`hrd show` and `schema show`: what was read from files of a repository, without a server."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import typer

from cockpit.ays import hrd, schema
from cockpit.ays.template import read_hrd, read_text
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError, OpsError

_WRONG = 2
_IN_COLUMNS = {"type", "default", "descr"}
_BINARY = re.compile(r"^[^\n=]*=[ \t]*b[ \t\r]*$.*?^#BINARYEND", re.MULTILINE | re.DOTALL)
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
    _answer(ctx, files, _read_hrd)


def show_schema(ctx: typer.Context, files: list[Path] = _FILES) -> None:
    """Show each field with its tags; mistakes name file and line, and make the exit code 2."""
    _answer(ctx, files, _read_schema)


def _read_hrd(file: Path) -> dict[str, Any]:
    found = hrd.parse(_text(file, read_hrd(file)), source=str(file))
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
    text = _text(file, read_text(file))
    found, errors = schema.collect(text, source=str(file), warnings=warnings)
    fields = {name: msgspec.to_builtins(field) for name, field in found.fields.items()}
    return {"file": str(file), "fields": fields, "warnings": warnings, "errors": errors}


def _text(file: Path, text: str) -> str:
    """Return the text unless it is none: what is not in a binary block holds no zero byte."""
    if "\0" in _BINARY.sub("", text):
        raise OpsError(f"{file}: is no text")
    return text


def _answer(ctx: typer.Context, files: list[Path], read: Callable[[Path], dict[str, Any]]) -> None:
    """Show what was read; what cannot be read hides nothing of the others.

    Raises:
        OpsError: Files that cannot be read.
    """
    terminal: Terminal = ctx.obj
    found, unread = [], []
    for file in files:
        try:
            found.append(read(file))
        except OpsError as error:
            unread.append(str(error))
    if found:
        terminal.answer(found, "\n".join(line for one in found for line in _lines(terminal, one)))
    if unread:
        raise OpsError("\n".join(unread))
    if any(one["errors"] for one in found):
        raise typer.Exit(_WRONG)


def _lines(terminal: Terminal, one: dict[str, Any]) -> list[str]:
    data = one.get("data", {})
    return [
        terminal.bold(one["file"]),
        *(f"  {key} = {msgspec.json.encode(value).decode()}" for key, value in data.items()),
        *_table(one.get("fields", {})),
        *(f"  warning: {warning}" for warning in one["warnings"]),
        *(f"  {terminal.bad('error')}: {error}" for error in one["errors"]),
    ]


def _table(fields: dict[str, dict[str, Any]]) -> list[str]:
    """Return the fields in columns: name, type, default, and what else is said of them."""
    rows = [
        (name, _type(field), msgspec.json.encode(field["default"]).decode(), _tags(field))
        for name, field in fields.items()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _type(field: dict[str, Any]) -> str:
    return f"{field['type']}{' set' if field['is_set'] else ' list' if field['is_list'] else ''}"


def _tags(field: dict[str, Any]) -> str:
    more = [f"{tag}:{text}" for tag, text in field["tags"].items() if tag not in _IN_COLUMNS]
    labels = [label for label in ("auto", "optional") if field[label]]
    asked = ["@ASK"] if field["asks"] else []
    return "  ".join([*more, *labels, *asked, *filter(None, [field["descr"]])])
