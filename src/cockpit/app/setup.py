"""Making a home ready: directories, settings, an admin token, the example and its services."""

import shutil
from pathlib import Path

import msgspec

from cockpit.access.tokens import TokenFile
from cockpit.app.home import Home
from cockpit.bus import Pipe
from cockpit.errors import InputError
from cockpit.robot import Catalog


class Prepared(msgspec.Struct, frozen=True):
    """What was made: the admin token (shown once, kept as a hash), and the repo that is new."""

    token: str = ""
    repo: str = ""
    services: list[str] = []
    warnings: list[str] = []


def examples() -> Path:
    """Return the folder of the examples: in the checkout, or installed beside the package."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "examples"
    return installed if installed.is_dir() else package.parents[1] / "examples"


def prepare(home: Home, example: str | None) -> Prepared:
    """Create what is missing of a home; what is there stays.

    Raises:
        InputError: There is no such example, or a newer program wrote the home.
    """
    source = _example(example) if example else None
    home.create()
    home.check_format()
    tokens = TokenFile(home.secrets / "tokens.json")
    token = "" if tokens.entries() else tokens.add("admin", "admin")
    repo = ""
    if source is not None and not (home.repos / source.name).exists():
        shutil.copytree(source, home.repos / source.name)
        repo = source.name
    return Prepared(token=token, repo=repo)


def execute(home: Home, url: str, prepared: Prepared) -> Prepared:
    """Execute the blueprints of a repository that has just been made, if one has.

    Raises:
        InputError: A blueprint is wrong; the message names file and line.
    """
    if not prepared.repo:
        return prepared
    pipe = Pipe(url)
    try:
        done = Catalog(pipe, home.repos).execute(prepared.repo)
    finally:
        pipe.close()
    services = [f"{done.repo}/{key}" for key in done.created]
    return msgspec.structs.replace(prepared, services=services, warnings=done.warnings)


def _example(name: str) -> Path:
    found = examples() / name
    if "/" in name or not (found / ".ays").exists():
        known = sorted(path.parent.name for path in examples().glob("*/.ays"))
        raise InputError(f"no example {name}; there are {', '.join(known) or 'none'}")
    return found
