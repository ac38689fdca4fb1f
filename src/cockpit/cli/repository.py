"""What a command is about: the named repository, else that of the working directory; a role."""

from pathlib import Path

import typer

from cockpit.cli.client import Client
from cockpit.cli.terminal import Terminal
from cockpit.errors import InputError

Repo = typer.Option("", "--repo", help="The repository; else that of the working directory.")
Only = typer.Option(
    "", "--repo", help="Only those of this repository; else of that of the working directory."
)
Role = typer.Option("", "--role", "-r", help="Only services of exactly this role.")
Instance = typer.Option("", "--instance", "-i", help="Only services of exactly this instance.")
Everywhere = typer.Option(False, "--all", help="Those of all repositories, wherever you are.")


def the_repo(terminal: Terminal, client: Client, named: str) -> str:
    """Return the repository that is meant: named, of the working directory, else the only one.

    Raises:
        InputError: There are several, or none.
    """
    return named or here(terminal) or _only(client.get("/status")["repos"])


def listed(terminal: Terminal, named: str, everywhere: bool) -> str:
    """Return the repository whose things are listed; "" means all.

    Raises:
        InputError: One is named, and all are wanted.
    """
    if named and everywhere:
        raise InputError("--repo is for one repository and --all for all: which?")
    return "" if everywhere else named or here(terminal)


def here(terminal: Terminal) -> str:
    """Return the repository of the home that the working directory is in; "" for none."""
    repos = terminal.home / "repos"
    for folder in (Path.cwd(), *Path.cwd().parents):
        known = repos / folder.name
        if folder.name and known.is_dir() and known.samefile(folder):
            return folder.name
    return ""


def _only(repos: list[str]) -> str:
    if len(repos) == 1:
        return repos[0]
    known = ", ".join(repos) or "none yet: home/repos is empty"
    raise InputError(f"--repo says which repository; known: {known}")
