"""`service …`."""

import sys
from collections.abc import Iterator
from typing import Any

import typer

from cockpit.ays.run import is_pending, resets
from cockpit.cli.client import Client, segment
from cockpit.cli.repository import Everywhere, Instance, Only, Repo, Role, listed, the_repo
from cockpit.cli.terminal import Terminal, confirm
from cockpit.errors import InputError, OpsError

_Words = typer.Argument(
    ..., metavar="[ROLE!INSTANCE] ACTION STATE", help="STATE: ok, error, changed, disabled, new…"
)
_Key = typer.Argument(..., metavar="ROLE!INSTANCE", help="As in `web!main`.")


_COLUMNS = {
    "repo": "REPO",
    "key": "SERVICE",
    "state": "STATE",
    "listens": "LISTENS TO",
    "data": "DATA",
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help="Services: list, tree, show, state, delete.", rich_markup_mode=None)
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (tree, show, state, delete):
        group.command()(command)
    app.add_typer(group, name="service")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, repo="", role="", instance="", everywhere=False)


def listing(
    ctx: typer.Context,
    repo: str = Only,
    role: str = Role,
    instance: str = Instance,
    everywhere: bool = Everywhere,
) -> None:
    """List services: what is pending or else their state, what they listen to, their data."""
    terminal: Terminal = ctx.obj
    meant = listed(terminal, repo, everywhere)
    rows = terminal.client().get("/services", repo=meant, role=role, instance=instance)
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
    lines += [
        f"  {one['action']} on {one['type']} from blueprints/{one['source']}"
        f"{f': {text}' if (text := one['where']) else ''}"
        for one in found["given"]
    ]
    lines += [f"  {name} = {value}" for name, value in found["data"].items()]
    lines += [f"  {action} is {state}" for action, state in sorted(found["states"].items())]
    terminal.answer(found, "\n".join(lines))


def state(
    ctx: typer.Context,
    words: list[str] = _Words,
    repo: str = Repo,
    role: str = Role,
    instance: str = Instance,
) -> None:
    """Set the state of an action by hand: ok after a repair, disabled for never.

    Without ROLE!INSTANCE of all services that --role and --instance choose.
    """
    terminal: Terminal = ctx.obj
    client = terminal.client()
    *named, action, value = words if len(words) > 1 else [*words, "", ""]
    if len(words) not in (2, 3) or bool(named) == bool(role or instance):
        raise InputError("write ROLE!INSTANCE ACTION STATE, or --role ROLE ACTION STATE")
    repo = the_repo(terminal, client, repo)
    done = []
    for key in named or _chosen(client, repo, role, instance):
        path = f"/services/{segment(repo)}/{segment(key)}/state"
        client.post(path, action=action, state=value)
        done.append({"service": key, "action": action, "state": value})
    text = "\n".join(f"{one['service']}: {action} is {value}" for one in done)
    terminal.answer(done[0] if named else done, text)


def delete(
    ctx: typer.Context,
    *,
    key: str = typer.Argument("", metavar="ROLE!INSTANCE", help="As in `web!main`."),
    repo: str = Repo,
    role: str = Role,
    instance: str = Instance,
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Delete a service that nobody needs, with its data; it is not uninstalled by this.

    Without ROLE!INSTANCE all services that --role and --instance choose.
    """
    terminal: Terminal = ctx.obj
    client = terminal.client()
    if bool(key) == bool(role or instance):
        raise InputError("write ROLE!INSTANCE, or choose by --role and --instance")
    repo = the_repo(terminal, client, repo)
    keys = [key] if key else _chosen(client, repo, role, instance)
    if not yes and sys.stdin.isatty():
        if not confirm(f"Delete {', '.join(keys)} of {repo}? [y/N] "):
            raise OpsError("nothing was deleted")
    elif not yes and not key:
        raise InputError(f"--yes deletes these: {', '.join(keys)}")
    for one in keys:
        client.delete(f"/services/{segment(repo)}/{segment(one)}")
        if not terminal.json:
            terminal.say(f"deleted {one}")
    done = [{"deleted": one, "repo": repo} for one in keys]
    if terminal.json:
        terminal.answer(done[0] if key else done, "")


def _chosen(client: Client, repo: str, role: str, instance: str) -> list[str]:
    """Return the services that are meant, consumers and children before what they need."""
    rows = client.get("/services", repo=repo, role=role, instance=instance)
    if not rows:
        raise OpsError(f"{repo}: there is no service {role or 'ROLE'}!{instance or 'INSTANCE'}")
    left = {row["key"]: row["consumers"] for row in rows}
    found: list[str] = []
    while left:
        free = [key for key, users in left.items() if not left.keys() & set(users)] or list(left)
        found += free
        for key in free:
            del left[key]
    return found


def _state(row: dict[str, Any]) -> str:
    """Return what a run without an action would do, else ok, or new when nothing is done.

    What makes the install new again leaves nothing done: a service that was uninstalled is new.
    """
    states: dict[str, str] = row["states"]
    told = [
        f"{action} {state}"
        for action, state in sorted(states.items())
        if is_pending(action, state) or state in ("running", "disabled")
    ]
    done = [action for action, state in states.items() if state == "ok"]
    is_unmade = any("install" in resets(action) for action in done)
    return ", ".join(told) or ("ok" if done and not is_unmade else "new")


def _listens(row: dict[str, Any]) -> str:
    return "; ".join(f"{kind}: {', '.join(a)}" for kind, a in row["subscriptions"].items())


def _data(row: dict[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in row["data"].items())
