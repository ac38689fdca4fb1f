"""`repo …`: repositories are made, cloned, enabled, held, deleted, and kept in git."""

import sys
from typing import Any

import typer

from cockpit.cli.checking import check, read, summary
from cockpit.cli.client import segment
from cockpit.cli.repository import the_repo
from cockpit.cli.terminal import Terminal, confirm
from cockpit.cli.transfer import follow, last_part
from cockpit.errors import InputError, OpsError

_COLUMNS = {
    "repo": "REPO",
    "state": "STATE",
    "generation": "AYS",
    "services": "SERVICES",
    "problems": "PROBLEMS",
    "path": "PATH",
}
_HASH = 10
_SHOWN = 10
_Name = typer.Argument("", metavar="[NAME]", help="Else that of the working directory.")
_Named = typer.Argument(..., metavar="NAME", help="The repository.")


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Repositories: list, create, clone, enable, commit, pull, check…",
        rich_markup_mode=None,
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    for command in (
        create,
        clone,
        check,
        enable,
        disable,
        restore,
        resolve,
        status,
        commit,
        pull,
        push,
        log,
        delete,
    ):
        group.command()(command)
    app.add_typer(group, name="repo")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx)


def listing(ctx: typer.Context) -> None:
    """List repositories; of one that is held nothing runs."""
    terminal: Terminal = ctx.obj
    terminal.table(terminal.client().get("/repos"), _COLUMNS)


def create(ctx: typer.Context, name: str = _Named) -> None:
    """Make a repository, ready for templates and blueprints, with a first commit."""
    terminal: Terminal = ctx.obj
    made = terminal.client().post("/repos", name=name)
    terminal.answer(made, f"made {made['repo']} in {made['path']}")


def clone(
    ctx: typer.Context,
    url: str = typer.Argument(..., metavar="ADDRESS", help="As git takes it: https://…, ssh://…"),
    name: str = typer.Argument("", metavar="[NAME]", help="Else the last part of the address."),
    branch: str = typer.Option("", "--branch", "-b", help="Else the one the other side uses."),
) -> None:
    """Clone a repository; nothing of it runs until `repo enable`."""
    terminal: Terminal = ctx.obj
    name = name or last_part(url)
    client = terminal.client()
    begun = client.post(f"/repos/{segment(name)}/clone", url=url, branch=branch)
    made = follow(terminal, client, begun, f"/repos/{segment(name)}")
    if terminal.json:
        terminal.answer(made, "")
        return
    terminal.say(f"cloned {name} (AYS {made['generation']}) to {made['path']}")
    if not terminal.url:  # Its files are on this machine.
        terminal.say(summary(terminal, read(terminal, made["path"])))
        terminal.say(f"  cockpit repo check {name}    lists what is not supported")
    terminal.say(f"  cockpit repo enable {name}   lets it work")


def enable(ctx: typer.Context, name: str = _Named) -> None:
    """Let a repository work that was cloned or held."""
    terminal: Terminal = ctx.obj
    found = terminal.client().post(f"/repos/{segment(name)}/enable")
    terminal.answer(found, f"{name} is enabled")


def disable(ctx: typer.Context, name: str = _Named) -> None:
    """Hold a repository: no event reaches it, its jobs wait; what runs ends by itself."""
    terminal: Terminal = ctx.obj
    found = terminal.client().post(f"/repos/{segment(name)}/disable")
    terminal.answer(found, f"{name} is held")


def status(ctx: typer.Context, name: str = _Name) -> None:
    """Show the branch of a repository and what is not committed."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    found = client.get(f"/repos/{segment(the_repo(terminal, client, name))}")
    terminal.answer(found, "\n".join(_status(terminal, found)))


def commit(
    ctx: typer.Context,
    name: str = _Name,
    message: str = typer.Option(..., "--message", "-m", help="What it is about."),
) -> None:
    """Commit all changes of a repository."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    name = the_repo(terminal, client, name)
    done = client.post(f"/repos/{segment(name)}/commit", message=message)
    text = f"{name}: nothing to commit"
    if done["commit"]:
        text = f"{name}: {done['commit'][:_HASH]}, {done['files']} files"
    terminal.answer(done, "\n".join([text, *(f"warning: {one}" for one in done["warnings"])]))


def restore(ctx: typer.Context, name: str = _Name) -> None:
    """Make the services that only the files under services/ have, with their states."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    name = the_repo(terminal, client, name)
    done = client.post(f"/repos/{segment(name)}/restore")
    lines = [f"restored  {key}" for key in done["restored"]]
    there = f"; {len(done['there'])} were there already" if done["there"] else ""
    told = [*lines, *done["problems"], f"{name}: {len(lines)} services came back{there}"]
    terminal.answer(done, "\n".join(told))
    if done["problems"]:
        raise typer.Exit(1)


def resolve(
    ctx: typer.Context,
    name: str = _Name,
    service: str = typer.Option("", "--service", metavar="KEY", help="Only of this one; else all."),
    disk: bool = typer.Option(False, "--disk", help="What was edited counts."),
    redis: bool = typer.Option(False, "--redis", help="The files are written anew."),
) -> None:
    """End conflicts: somebody edited files of services that Cockpit writes too."""
    if disk == redis:
        raise InputError("say which side counts: --disk or --redis")
    terminal: Terminal = ctx.obj
    side = "disk" if disk else "redis"
    client = terminal.client()
    name = the_repo(terminal, client, name)
    done = client.post(f"/repos/{segment(name)}/resolve", side=side, service=service)
    lines = [f"resolved  {key}  ({side} counts)" for key in done["services"]]
    terminal.answer(done, "\n".join(lines) or f"{name}: no conflicts")


def pull(ctx: typer.Context, name: str = _Name) -> None:
    """Fetch what the other side has; never over changes or commits of your own."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    name = the_repo(terminal, client, name)
    path = f"/repos/{segment(name)}"
    done = follow(terminal, client, client.post(f"{path}/pull"), path)
    news = f"{done['commits']} commits, now at {done['after'][:_HASH]}"
    terminal.answer(done, f"{name}: {news if done['commits'] else 'nothing new'}")


def push(ctx: typer.Context, name: str = _Name) -> None:
    """Send commits to the other side."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    name = the_repo(terminal, client, name)
    path = f"/repos/{segment(name)}"
    done = follow(terminal, client, client.post(f"{path}/push"), path)
    terminal.answer(done, f"{name}: the other side is at {done['after'][:_HASH]}")


def log(
    ctx: typer.Context,
    name: str = _Name,
    limit: int = typer.Option(20, "--limit", min=1, max=1000, help="How many at most."),
) -> None:
    """List commits, newest first."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    rows = client.get(f"/repos/{segment(the_repo(terminal, client, name))}/log", limit=limit)
    columns = {"commit": "COMMIT", "epoch": "AT", "author": "BY", "subject": "ABOUT"}
    if not terminal.json:
        rows = [row | {"commit": row["commit"][:_HASH]} for row in rows]
    terminal.table(rows, columns)


def delete(
    ctx: typer.Context,
    name: str = _Named,
    force: bool = typer.Option(False, "--force", help="Even though it has services."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Move a repository to the trash of the home."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    if not yes and sys.stdin.isatty() and not confirm(f"Delete repository {name}? [y/N] "):
        raise OpsError("nothing was deleted")
    done = client.delete(f"/repos/{segment(name)}", force="true" if force else "")
    gone = f", its {done['services']} services are gone" if done["services"] else ""
    if done["dropped"]:
        gone += f"; {len(done['dropped'])} jobs were dropped: {', '.join(done['dropped'])}"
    terminal.answer(done, f"{name} is in {done['trash']} now{gone}")


def _status(terminal: Terminal, found: dict[str, Any]) -> list[str]:
    head = f"{terminal.bold(found['repo'])}  {found['state']}, AYS {found['generation']}"
    tree = found["tree"]
    lines = [head, f"  {found['path']}"]
    lines += _mirror(found)
    if tree is None:
        return [*lines, "  not in git: `cockpit repo commit` begins it"]
    lines.append(
        f"  branch {tree['branch'] or '(none)'} at {tree['commit'][:_HASH] or 'no commit'}"
    )
    if tree["upstream"]:
        lines.append(f"  {tree['upstream']}: {tree['ahead']} to push, {tree['behind']} to pull")
    changes = [f"  {change['state']}  {change['file']}" for change in tree["changes"]]
    more = len(changes) - _SHOWN
    if more > 0:
        changes[_SHOWN:] = [f"  … and {more} more: `git -C {found['path']} status`"]
    return lines + (changes or ["  nothing to commit"])


def _mirror(found: dict[str, Any]) -> list[str]:
    lines = [f"  services/ cannot be written: {found['mirror']}"] if found["mirror"] else []
    lines += [f"  unwritten {one}" for one in found["unwritten"]]
    lines += [f"  conflict  {one['file']}: {one['why']}" for one in found["conflicts"]]
    if found["conflicts"]:
        lines.append(f"  `cockpit repo resolve {found['repo']} --disk` or `--redis` ends conflicts")
    return lines
