"""`service …` and `blueprint …`."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from cockpit.ays.run import is_pending
from cockpit.cli.client import segment
from cockpit.cli.repository import Everywhere, Only, Repo, listed, the_repo
from cockpit.cli.terminal import Terminal, confirm
from cockpit.errors import OpsError

_Key = typer.Argument(..., metavar="ROLE!INSTANCE", help="As in `web!main`.")


_COLUMNS = {
    "repo": "REPO",
    "key": "SERVICE",
    "state": "STATE",
    "listens": "LISTENS TO",
    "data": "DATA",
}


def register(app: typer.Typer) -> None:
    """Add the groups."""
    group = typer.Typer(help="Services: list, tree, show, state, delete.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (tree, show, state, delete):
        group.command()(command)
    app.add_typer(group, name="service")
    blueprints = typer.Typer(help="Blueprints: list, execute.", rich_markup_mode=None)
    blueprints.callback(invoke_without_command=True)(_blueprints)
    blueprints.command("list")(blueprint_list)
    blueprints.command()(execute)
    app.add_typer(blueprints, name="blueprint")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, repo="", everywhere=False)


def listing(
    ctx: typer.Context,
    repo: str = Only,
    everywhere: bool = Everywhere,
) -> None:
    """List services: what is pending or else their state, what they listen to, their data."""
    terminal: Terminal = ctx.obj
    rows = terminal.client().get("/services", repo=listed(terminal, repo, everywhere))
    if not terminal.json:
        rows = [
            row | {"state": _state(row), "listens": _listens(row), "data": _data(row)}
            for row in rows
        ]
    terminal.table(rows, _COLUMNS)


def tree(
    ctx: typer.Context,
    repo: str = Only,
    everywhere: bool = Everywhere,
) -> None:
    """Show services below their parents, each with the producers that it uses."""
    terminal: Terminal = ctx.obj
    rows = terminal.client().get("/services", repo=listed(terminal, repo, everywhere))
    lines: list[str] = []
    for name in dict.fromkeys(row["repo"] for row in rows):
        lines += [terminal.bold(name), *branches([row for row in rows if row["repo"] == name])]
    terminal.answer(rows, "\n".join(lines) or "none")


def branches(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of one repository's tree."""
    children: dict[str, list[dict[str, Any]]] = {}
    keys = {row["key"] for row in rows}
    for row in rows:
        children.setdefault(row["parent"] if row["parent"] in keys else "", []).append(row)
    waiting = [(row, 1) for row in reversed(children.get("", []))]
    while waiting:
        row, depth = waiting.pop()
        uses = ", ".join(key for role in row["producers"].values() for key in role)
        yield f"{'  ' * depth}{row['key']}{f'  uses {uses}' if uses else ''}"
        waiting += [(child, depth + 1) for child in reversed(children.get(row["key"], []))]


def show(ctx: typer.Context, key: str = _Key, repo: str = Repo) -> None:
    """Show one service: what is around it, what it listens to, its data, its states."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    found = client.get(f"/services/{segment(the_repo(terminal, client, repo))}/{segment(key)}")
    uses = [key for role in found["producers"].values() for key in role]
    told = {
        "repo": found["repo"],
        "template": found["template"],
        "parent": found["parent"],
        "uses": ", ".join(uses),
        "used by": ", ".join(found["consumers"]),
        "listens": _listens(found),
    }
    lines = [terminal.bold(found["key"])]
    lines += [f"  {name}: {text}" for name, text in told.items() if text]
    lines += [f"  {name} = {value}" for name, value in found["data"].items()]
    lines += [f"  {action} is {state}" for action, state in sorted(found["states"].items())]
    terminal.answer(found, "\n".join(lines))


def state(
    ctx: typer.Context,
    key: str = _Key,
    action: str = typer.Argument(..., metavar="ACTION"),
    value: str = typer.Argument(..., metavar="STATE", help="ok, error, changed, disabled, new…"),
    repo: str = Repo,
) -> None:
    """Set the state of an action by hand: ok after a repair, disabled for never."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    path = f"/services/{segment(the_repo(terminal, client, repo))}/{segment(key)}/state"
    found = client.post(path, action=action, state=value)
    terminal.answer(found, f"{key}: {action} is {value}")


def delete(
    ctx: typer.Context,
    key: str = _Key,
    repo: str = Repo,
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Delete a service that nobody needs, with its data; it is not uninstalled by this."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    repo = the_repo(terminal, client, repo)
    if not yes and sys.stdin.isatty() and not confirm(f"Delete {key} of {repo}? [y/N] "):
        raise OpsError("nothing was deleted")
    client.delete(f"/services/{segment(repo)}/{segment(key)}")
    terminal.answer({"deleted": key, "repo": repo}, f"deleted {key}")


def _blueprints(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        blueprint_list(ctx, repo="")


def blueprint_list(ctx: typer.Context, repo: str = Repo) -> None:
    """List blueprints in the order of their execution; `_x` and `x__archive` are disabled."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    rows = client.get(f"/ays/repository/{segment(the_repo(terminal, client, repo))}/blueprint")
    terminal.table(rows, {"name": "NAME", "enabled": "ENABLED"})


def execute(
    ctx: typer.Context,
    name: str = typer.Argument("-", metavar="NAME", help="A file; else all, in order."),
    repo: str = Repo,
) -> None:
    """Execute blueprints: make services, or change what changed."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    repo = the_repo(terminal, client, repo)
    done = client.post(f"/ays/repository/{segment(repo)}/blueprint/{segment(name)}")
    lines = [f"{what} {key}" for what in ("created", "updated", "unchanged") for key in done[what]]
    lines += [f"warning: {warning}" for warning in done["warnings"]]
    terminal.answer(done, "\n".join(lines) or f"{repo} has no blueprints")


def _state(row: dict[str, Any]) -> str:
    """Return what a run without an action would do, else ok, or new when nothing was done yet."""
    states: dict[str, str] = row["states"]
    told = [
        f"{action} {state}"
        for action, state in sorted(states.items())
        if is_pending(action, state) or state in ("running", "disabled")
    ]
    return ", ".join(told) or ("ok" if "ok" in states.values() else "new")


def _listens(row: dict[str, Any]) -> str:
    return "; ".join(f"{kind}: {', '.join(a)}" for kind, a in row["subscriptions"].items())


def _data(row: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in row["data"].items())
