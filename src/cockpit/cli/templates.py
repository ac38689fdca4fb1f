"""`template …`: what an author works on. `list`, `show`, `new`, `test` read files, not a server."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import typer

from cockpit.cli import template_repos
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError, OpsError, nearest

_Path = typer.Option("", "--path", help="The repository's directory; else the one around here.")
_Repo = typer.Option("", "--repo", help="The repository's name in the home.")
_Name = typer.Argument(..., metavar="NAME")
_FOLDER = "servicetemplates"


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        help="Templates: list, show, new, test, and those of template repositories: add, repos…",
        rich_markup_mode=None,
    )
    group.callback(invoke_without_command=True)(_default)
    group.command("list")(listing)
    group.command()(show)
    group.command()(new)
    group.command("test")(run_tests)
    more = (template_repos.add, template_repos.repos, template_repos.update, template_repos.remove)
    for command in more:
        group.command()(command)
    app.add_typer(group, name="template")


def _default(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        listing(ctx, path="", repo="")


def listing(ctx: typer.Context, path: str = _Path, repo: str = _Repo) -> None:
    """List the templates of a repository, and what of them cannot be read."""
    terminal: Terminal = ctx.obj
    templates, problems = _read(terminal, _repo(terminal, path, repo))
    rows = [_about(one) for one in templates.values()]
    if terminal.json:
        terminal.answer({"templates": rows, "problems": problems}, "")
        return
    shown = [row | {"listens": _listens(row), "refused": len(row["refused"])} for row in rows]
    columns = {
        "name": "NAME",
        "role": "ROLE",
        "domain": "DOMAIN",
        "listens": "LISTENS TO",
        "refused": "REFUSED",
    }
    terminal.table(shown, columns)
    for problem in problems:
        terminal.say(terminal.bad(problem))


def show(ctx: typer.Context, name: str = _Name, path: str = _Path, repo: str = _Repo) -> None:
    """Show one template: what it listens to and does, and which lines are refused."""
    terminal: Terminal = ctx.obj
    row = _about(_one(terminal, name, _repo(terminal, path, repo)))
    lines = [terminal.bold(f"{row['name']}  {row['path']}")]
    lines += [f"  on {type_}: {', '.join(actions)}" for type_, actions in row["listens"].items()]
    lines += [f"  {type_} only where {text}" for type_, text in row["filters"].items()]
    lines += [f"  every {period:g} s: {action}" for action, period in row["recurring"].items()]
    lines.append(f"  actions: {', '.join(row['actions']) or 'none'}")
    lines.append(f"  fields: {', '.join(row['fields']) or 'any'}")
    lines += [terminal.bad(f"  refused {one['line']}: {one['why']}") for one in row["refused"]]
    lines += [f"  warning: {warning}" for warning in row["warnings"]]
    terminal.answer(row, "\n".join(lines))


def new(
    ctx: typer.Context,
    name: str = _Name,
    event: str = typer.Option("email", "--event", metavar="TYPE", help="What it listens to."),
    path: str = _Path,
    repo: str = _Repo,
) -> None:
    """Write a template with its test, ready to be changed; what is there is never overwritten."""
    from cockpit.ays.scaffold import scaffold  # noqa: PLC0415 - see Terminal.home

    terminal: Terminal = ctx.obj
    folder = _repo(terminal, path, repo) / _FOLDER / name
    files = scaffold(name, event)
    try:
        folder.mkdir(parents=True)
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
    except FileExistsError as error:
        raise InputError(f"{folder} is there already") from error
    except OSError as error:
        raise OpsError(f"cannot write {folder}: {error.strerror}") from error
    lines = [f"wrote {folder / file}" for file in files]
    lines.append(f"test it with: cockpit template test {name}")
    terminal.answer({"name": name, "path": str(folder), "files": list(files)}, "\n".join(lines))


def run_tests(
    ctx: typer.Context,
    name: str = _Name,
    path: str = _Path,
    repo: str = _Repo,
    words: list[str] = typer.Argument(None, metavar="[-- PYTEST OPTIONS]"),
) -> None:
    """Run the tests beside a template, each on a throw-away cockpit."""
    terminal: Terminal = ctx.obj
    folder = _one(terminal, name, _repo(terminal, path, repo)).directory
    if not list(folder.glob("test_*.py")):
        raise InputError(f"{folder} has no test_*.py; `cockpit template new` writes one")
    options = ["-p", "cockpit.cli.testing", "-p", "no:cacheprovider", "-c", "/dev/null"]
    options += ["--cockpit-templates", str(terminal.home / "templates")]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        *options,
        "--rootdir",
        str(folder),
        str(folder),
    ]
    raise typer.Exit(subprocess.run([*command, *(words or [])], check=False).returncode)


def _repo(terminal: Terminal, path: str, name: str) -> Path:
    """Return the repository that is meant: named, around this directory, else the only one."""
    from cockpit.ays import is_repository  # noqa: PLC0415 - see Terminal.home

    found = [one for one in sorted((terminal.home / "repos").glob("*")) if is_repository(one)]
    if name:
        named = {one.name: one for one in found}
        if name not in named:
            raise InputError(f"no repository {name}{nearest(name, named)}")
        return named[name]
    here = Path(path).absolute() if path else Path.cwd()
    for folder in (here, *here.parents):
        if is_repository(folder):
            return folder
    if path:
        raise InputError(f"{path} is no repository: it has no .ays")
    if len(found) == 1:
        return found[0]
    known = ", ".join(one.name for one in found) or "none"
    raise InputError(f"--repo says which repository; the home has {known}")


def _read(terminal: Terminal, repo: Path) -> tuple[dict[str, Any], list[str]]:
    from cockpit.ays import Repository  # noqa: PLC0415 - see Terminal.home
    from cockpit.ays.shared import Shared  # noqa: PLC0415

    shared = Shared(terminal.home / "templates")
    repository = Repository(repo, shared=shared.templates)
    return dict(sorted(repository.templates().items())), repository.problems


def _one(terminal: Terminal, name: str, repo: Path) -> Any:
    templates, problems = _read(terminal, repo)
    if name not in templates:
        own = [one for one in problems if f"/{name}/" in one]
        raise OpsError("\n".join(own) or f"there is no template {name}{nearest(name, templates)}")
    return templates[name]


def _about(template: Any) -> dict[str, Any]:
    refused = [(one.source, one.why) for one in template.refusals]
    if template.unread:
        place, _, why = template.unread.partition(": ")
        refused.append((place, why))
    return {
        "name": template.name,
        "role": template.role,
        "domain": template.domain,
        "path": str(template.directory),
        "listens": {t: [one.action for one in a] for t, a in template.subscriptions.items()},
        "filters": {type_: one.text for type_, one in template.filters.items()},
        "recurring": {action: one.period_s for action, one in template.recurring.items()},
        "actions": sorted(template.actions),
        "fields": list(template.schema.fields),
        "refused": [{"line": place, "why": why} for place, why in refused],
        "warnings": template.warnings,
    }


def _listens(row: dict[str, Any]) -> str:
    return "; ".join(f"{type_}: {', '.join(names)}" for type_, names in row["listens"].items())
