"""`template add|repos|update|remove`: templates that every repository of a cockpit sees."""

import typer

from cockpit.cli.client import segment
from cockpit.cli.terminal import Terminal
from cockpit.cli.transfer import follow, last_part

_COLUMNS = {
    "name": "NAME",
    "domain": "DOMAIN",
    "branch": "BRANCH",
    "commit": "COMMIT",
    "templates": "TEMPLATES",
    "problems": "PROBLEMS",
    "remote": "FROM",
}
_HASH = 10
_Name = typer.Argument(..., metavar="NAME", help="The template repository.")


def add(
    ctx: typer.Context,
    url: str = typer.Argument(..., metavar="ADDRESS", help="As git takes it: https://…, ssh://…"),
    name: str = typer.Option("", "--name", help="Else the last part of the address."),
    branch: str = typer.Option("", "--branch", "-b", help="Else the one the other side uses."),
) -> None:
    """Clone a template repository; all repositories see its templates at once."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    path = f"/templates/{segment(name or last_part(url))}"
    made = follow(terminal, client, client.post(f"{path}/clone", url=url, branch=branch), path)
    lines = [f"added {made['name']}: {made['templates']} templates of domain {made['domain']}"]
    lines += [terminal.bad(f"  {problem}") for problem in made["problems"]]
    terminal.answer(made, "\n".join(lines))


def repos(ctx: typer.Context) -> None:
    """List template repositories."""
    terminal: Terminal = ctx.obj
    rows = terminal.client().get("/templates")
    if not terminal.json:
        rows = [
            row | {"commit": row["commit"][:_HASH], "problems": len(row["problems"])}
            for row in rows
        ]
    terminal.table(rows, _COLUMNS)


def update(
    ctx: typer.Context,
    name: str = typer.Argument("", metavar="[NAME]", help="Else all of them."),
) -> None:
    """Fetch what the other side has; what is new counts at once."""
    terminal: Terminal = ctx.obj
    client = terminal.client()
    names = [name] if name else [row["name"] for row in client.get("/templates")]
    done = {}
    for one in names:
        path = f"/templates/{segment(one)}"
        done[one] = follow(terminal, client, client.post(f"{path}/pull"), path)
    lines = [
        f"{one}: {moved['commits']} commits, now at {moved['after'][:_HASH]}"
        if moved["commits"]
        else f"{one}: nothing new"
        for one, moved in done.items()
    ]
    terminal.answer(done, "\n".join(lines) or "no template repositories")


def remove(ctx: typer.Context, name: str = _Name) -> None:
    """Move a template repository to the trash; services made from it stay without template."""
    terminal: Terminal = ctx.obj
    done = terminal.client().delete(f"/templates/{segment(name)}")
    terminal.answer(done, f"{name} is in {done['trash']} now")
