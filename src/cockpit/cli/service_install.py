"""`service-install`: the unit by which systemd runs a cockpit, and what is left to do."""

import os
import pwd
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError, OpsError

if TYPE_CHECKING:
    from cockpit.app.systemd_unit import Service

_HOME = "/var/lib/cockpit"
_PATH = Path("/etc/systemd/system/cockpit.service")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("service-install")(service_install)


def service_install(
    ctx: typer.Context,
    *,
    user: str = typer.Option("cockpit", "--user", help="Whom the service runs as."),
    path: Path = typer.Option(_PATH, "--path", help="The file of the unit."),
    only_print: bool = typer.Option(False, "--print", help="Print the unit, write nothing."),
    force: bool = typer.Option(False, "--force", help="Write over a unit that somebody edited."),
    now: bool = typer.Option(False, "--now", help="Also do what is left to do."),
) -> None:
    """Write a hardened systemd unit; the home is --home, else COCKPIT_HOME, else /var/lib/cockpit.

    What is left to do then (a user, a home, daemon-reload, enable) is told, or done with --now.
    """
    from cockpit.app.systemd_unit import unit  # noqa: PLC0415 - see Terminal.home

    terminal: Terminal = ctx.obj
    service = _service(terminal, user, path)
    text = unit(service)
    warnings = _warnings(service)
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)
    if only_print:
        terminal.answer({"unit": text, "warnings": warnings}, text.rstrip("\n"))
        return
    _write(path, text, is_forced=force)
    steps = [shlex.join(step) for step in _steps(service)]
    if now:
        _do(_steps(service))
    told = "done:" if now else "left to do, as root:"
    document = {"path": str(path), "steps": steps, "done": now, "warnings": warnings}
    terminal.answer(document, "\n".join([f"{path} is written; {told}", *(f"  {s}" for s in steps)]))


def _service(terminal: Terminal, user: str, path: Path) -> "Service":
    from cockpit.app.config import load  # noqa: PLC0415 - see Terminal.home
    from cockpit.app.systemd_unit import Service  # noqa: PLC0415 - see Terminal.home

    if path.suffix != ".service":
        raise InputError(f"--path: {path} does not end in .service")
    home = Path(terminal.given.home or os.environ.get("COCKPIT_HOME") or _HOME).absolute()
    # Variables of this shell are not those of the service.
    settings = load(home / "cockpit.toml", {}).settings
    parts = {
        Path(sys.prefix): None,
        Path(sys.base_prefix).resolve(): None,
        Path(__file__).resolve().parents[2]: None,
    }
    return Service(
        name=path.stem,
        home=home,
        user=user,
        program=Path(sys.executable).with_name("cockpit"),
        parts=tuple(part for part in parts if not any(other in part.parents for other in parts)),
        ports=(settings.smtp.address.port, settings.http.address.port),
    )


def _warnings(service: "Service") -> list[str]:
    hidden = [
        f"the program needs {part}: the service sees that, read only, and nothing else there;"
        " a program in /opt needs no such exception"
        for part in service.hidden
    ]
    closed = [
        f"{folder} cannot be entered by {service.user}, and the program needs {part}"
        for part in service.parts
        if part not in service.hidden
        for folder in (part, *part.parents)
        if not folder.stat().st_mode & 0o001
    ]
    return hidden + closed


def _write(path: Path, text: str, *, is_forced: bool) -> None:
    from cockpit.app.systemd_unit import is_edited  # noqa: PLC0415 - see Terminal.home

    try:
        if path.exists() and not is_forced and is_edited(path.read_text(encoding="utf-8")):
            raise InputError(
                f"{path} was edited by somebody: --force writes over it,"
                " --print shows what would be written"
            )
        path.write_text(text, encoding="utf-8")
        path.chmod(0o644)
    except OSError as error:
        again = shlex.join([str(Path(sys.executable).with_name("cockpit")), *sys.argv[1:]])
        hint = f"; as root: {again}" if isinstance(error, PermissionError) else ""
        raise OpsError(f"cannot write {path}: {error.strerror}{hint}") from error


def _steps(service: "Service") -> list[list[str]]:
    """Return the commands that are left to do, by root."""
    home, user = str(service.home), service.user
    steps: list[list[str]] = []
    uid = _uid(user)
    if uid is None:
        shell = ["--shell", "/usr/sbin/nologin"]
        steps.append(["useradd", "--system", "--user-group", "--home-dir", home, *shell, user])
    if not (service.home / "cockpit.toml").exists():
        # Here and not by the service: its admin token would be shown in the journal.
        steps.append([str(service.program), "init", home])
    if uid is None or not service.home.exists() or service.home.stat().st_uid != uid:
        steps.append(["chown", "--recursive", f"{user}:{user}", home])
    steps.append(["systemctl", "daemon-reload"])
    steps.append(["systemctl", "enable", "--now", service.name])
    return steps


def _uid(user: str) -> int | None:
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return None


def _do(steps: list[list[str]]) -> None:
    for step in steps:
        try:
            subprocess.run(step, check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise OpsError(f"{shlex.join(step)}: {error}") from error
