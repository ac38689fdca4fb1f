"""`repo check`: what is wrong or not supported in a repository, without a server."""

from pathlib import Path
from typing import Any

import msgspec
import typer

from cockpit.cli.terminal import Terminal

_FAILED = 1


def check(
    ctx: typer.Context,
    place: str = typer.Argument(".", metavar="[PATH]", help="Its directory, or its name here."),
) -> None:
    """List what is wrong or not supported, by file and line; needs no running cockpit.

    Templates of the home's template repositories count.
    """
    terminal: Terminal = ctx.obj
    found = read(terminal, place)
    lines = [_line(terminal, one) for one in found["findings"]]
    # A name may mean a directory here or a repository of the home: say which it was.
    lines.append(f"{summary(terminal, found)} in {found['path']}")
    terminal.answer(found, "\n".join(lines))
    if found["errors"]:
        raise typer.Exit(_FAILED)


def read(terminal: Terminal, place: str) -> dict[str, Any]:
    """Check a repository; errors are what will not work, warnings what looks wrong.

    Raises:
        InputError: There is none at the place.
    """
    # Imported when needed: nothing else of the command line needs them.
    from cockpit.ays.check import check as checked  # noqa: PLC0415
    from cockpit.ays.generation import generation  # noqa: PLC0415
    from cockpit.ays.shared import Shared  # noqa: PLC0415

    path = _find(terminal, place)
    findings = checked(
        path,
        missing=_missing,
        secrets=_secrets(terminal, path),
        shared=Shared(terminal.home / "templates").templates,
    )
    errors = sum(one.is_error for one in findings)
    return {
        "path": str(path),
        "generation": generation(path),
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": msgspec.to_builtins(findings),
    }


def summary(terminal: Terminal, found: dict[str, Any]) -> str:
    """Return one line: how many errors and warnings, and the generation."""
    counts = ", ".join(_count(found[f"{what}s"], what) for what in ("error", "warning"))
    told = terminal.bad(counts) if found["errors"] else terminal.good(counts)
    return f"AYS {found['generation']}: {told}"


def _missing(dotted: str) -> str:
    """Return the part of a name in an action file that is not provided; "" when all of it is."""
    if dotted.startswith("j."):
        from JumpScale.names import missing  # noqa: PLC0415
    else:
        from cockpit.robot.service_names import missing  # noqa: PLC0415
    return missing(dotted)


def _find(terminal: Terminal, place: str) -> Path:
    """Return the repository that is meant: the one around a directory, else one of the home."""
    path = Path(place)
    if path.is_dir():
        around = (path.resolve(), *path.resolve().parents)
        return next((folder for folder in around if (folder / ".ays").exists()), path)
    named = terminal.home / "repos" / place
    return named if "/" not in place and named.is_dir() else path


def _secrets(terminal: Terminal, path: Path) -> list[str] | None:
    """Return the names of the secrets of the home that the repository is in; None elsewhere."""
    # Imported when needed, as above.
    from cockpit.access.secrets import Secrets  # noqa: PLC0415

    home = terminal.home.resolve()
    if path.resolve().parent != home / "repos":
        return None
    return Secrets(home / "secrets" / "values").names()


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _line(terminal: Terminal, one: dict[str, Any]) -> str:
    where = f"{one['file']}:{one['line']}" if one["line"] else one["file"]
    kind = terminal.bad("error") if one["is_error"] else "warning"
    return f"{where}: {kind}: {one['what']}"
