"""`config check` and `config show`: the settings, without a server."""

import os

import typer

from cockpit.cli.terminal import Terminal


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Settings: check, show.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    for command in (check, show):
        group.command()(command)
    app.add_typer(group, name="config")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        show(ctx)


def check(ctx: typer.Context) -> None:
    """Say whether the settings are right; every mistake is one line, and the exit code 2."""
    from cockpit.app.config import load  # noqa: PLC0415 - see Terminal.home

    terminal: Terminal = ctx.obj
    path = terminal.home / "cockpit.toml"
    warnings = load(path, os.environ).declared.warnings
    text = f"{path}: fine" if path.exists() else f"{path} is not there: defaults hold"
    lines = [*(f"warning: {one}" for one in warnings), text]
    terminal.answer({"ok": True, "file": str(path), "warnings": warnings}, "\n".join(lines))


def show(ctx: typer.Context) -> None:
    """Show every setting, its value, where that comes from, and what a change of it needs.

    A reload is SIGHUP to a running cockpit.
    """
    from cockpit.app.config import load  # noqa: PLC0415 - see Terminal.home
    from cockpit.app.fields import fields  # noqa: PLC0415 - see Terminal.home

    terminal: Terminal = ctx.obj
    config = load(terminal.home / "cockpit.toml", os.environ)
    rows = [
        {
            "key": field.key,
            "value": config.shown(field.key),
            "origin": config.origin(field.key),
            "changes": "reload" if field.is_live else "restart",
        }
        for field in fields()
    ]
    terminal.table(
        rows, {"key": "KEY", "value": "VALUE", "origin": "FROM", "changes": "CHANGES BY"}
    )
