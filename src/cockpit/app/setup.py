"""Making a home ready: directories, settings, an admin token, the example and its services."""

import os
import shutil
from pathlib import Path

import msgspec

from cockpit.access.secrets import Secrets
from cockpit.access.tokens import TokenFile
from cockpit.app.home import Home
from cockpit.bus import Pipe
from cockpit.errors import InputError, OpsError
from cockpit.robot import Catalog


class Prepared(msgspec.Struct, frozen=True):
    """What was made: the admin token (shown once, kept as a hash), and the services of examples.

    Attributes:
        repos: The repositories of the examples that were asked for, new or not.
    """

    token: str = ""
    repos: list[str] = []
    services: list[str] = []
    warnings: list[str] = []


def examples() -> Path:
    """Return the folder of the examples: in the checkout, or installed beside the package."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "examples"
    return installed if installed.is_dir() else package.parents[1] / "examples"


def prepare(home: Home, *names: str) -> Prepared:
    """Create what is missing of a home; what is there stays.

    Raises:
        InputError: There is no such example, or a newer program wrote the home.
        OpsError: The example cannot be copied.
    """
    sources = [_example(name) for name in names]
    home.create()
    home.check_format()
    tokens = TokenFile(home.secrets / "tokens.json")
    token = "" if tokens.entries() else tokens.add("admin", "admin")
    for source in sources:
        target = home.repos / source.name
        if not os.path.lexists(target):
            _copy(source, target)
    return Prepared(token=token, repos=[source.name for source in sources])


def execute(home: Home, url: str, prepared: Prepared) -> Prepared:
    """Execute the blueprints of the examples, if nobody has yet.

    Raises:
        InputError: A blueprint is wrong; the message names file and line.
    """
    if not prepared.repos:
        return prepared
    services: list[str] = []
    warnings: list[str] = []
    pipe = Pipe(url)
    try:
        catalog = Catalog(pipe, home.repos, secrets=Secrets(home.secrets / "values"))
        for repo in prepared.repos:
            if not catalog.services(repo):
                done = catalog.execute(repo)
                services += [f"{repo}/{key}" for key in done.created]
                warnings += done.warnings
    finally:
        pipe.close()
    return msgspec.structs.replace(prepared, services=services, warnings=warnings)


def _copy(source: Path, target: Path) -> None:
    """Copy a repository beside its place and move it there: half a copy never counts."""
    draft = target.with_name(f".{target.name}.new")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(source, draft)
        draft.rename(target)
    except OSError as error:  # shutil.Error is one as well.
        shutil.rmtree(draft, ignore_errors=True)
        raise OpsError(f"the example cannot be copied to {target}: {error}") from error


def _example(name: str) -> Path:
    found = examples() / name
    if "/" in name or not (found / ".ays").exists():
        known = sorted(path.parent.name for path in examples().glob("*/.ays"))
        raise InputError(f"no example {name}; there are {', '.join(known) or 'none'}")
    return found
