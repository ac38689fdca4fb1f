"""The templates of repositories as files: shown, found by hash, and new ones written whole.

SECURITY: a template is a program of this machine's user; its name never leaves the folder.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from cockpit import ays
from cockpit.ays import template
from cockpit.errors import ConflictError, ContentError, InputError, OpsError, nearest
from cockpit.robot.catalog import Catalog
from cockpit.robot.named_folder import DRAFTS, NamedFolder
from cockpit.robot.sole_writer import SoleWriter

ACTIONS = "actions.py"
CONFIG = "service.hrd"
SCHEMA = "schema.hrd"
_FOLDER = "servicetemplates"


class TemplateFile(msgspec.Struct, frozen=True):
    """A template with its files; what is not there is empty.

    Attributes:
        domain: The template repository that it comes from; "" for the repository itself.
        source: The SHA-256 of actions.py, in hex.
        hrd: The SHA-256 of service.hrd, in hex.
    """

    name: str
    actions_py: str
    schema_hrd: str
    service_hrd: str
    domain: str = ""
    source: str = ""
    hrd: str = ""


class TemplateFiles:
    """The templates of all repositories of one node.

    Args:
        path: Returns the directory of a repository.
        trash: Where `NamedFolder` puts what is removed; nothing is, here.
    """

    def __init__(
        self, catalog: Catalog, path: Callable[[str], Path], trash: Path, *, writer: SoleWriter
    ) -> None:
        self._catalog = catalog
        self._path = path
        self._trash = trash
        self._writer = writer

    def all(self, repo: str) -> list[TemplateFile]:
        """Return the templates that a repository sees, by name; a held one sees its own.

        Raises:
            InputError: There is no such repository.
            OpsError: A file cannot be read.
        """
        return [_shown(one) for _, one in sorted(self._templates(repo).items())]

    def get(self, repo: str, name: str) -> TemplateFile:
        """Return one template.

        Raises:
            InputError: There is no such repository or template.
            OpsError: A file cannot be read.
        """
        known = self._templates(repo)
        if name not in known:
            raise InputError(f"{repo}: no template {name:.80}{nearest(name, sorted(known))}")
        return _shown(known[name])

    def actions(self, repo: str, digest: str) -> str:
        """Return the actions.py with a SHA-256.

        Raises:
            InputError: No template has it now.
        """
        for one in self.all(repo):
            if one.source == digest:
                return one.actions_py
        raise InputError(f"{repo}: no template has actions with the SHA-256 {digest:.80} now")

    def create(self, repo: str, name: str, files: Mapping[str, str]) -> TemplateFile:
        """Write a new template; it is there whole or not at all.

        Args:
            files: Name → text.

        Raises:
            InputError: There is no such repository, or the name cannot be one; ConflictError when
                it is taken; ContentError.
            OpsError: The disk is full or read-only, or somebody else works on the repository.
        """
        if "__" in name:
            raise InputError(f"name: {name:.80}: blueprints have the instance after __")
        path = self._path(repo)
        with self._writer.alone(repo):
            repository = ays.Repository(path)
            if name in repository.templates():
                raise ConflictError(f"{repo} has a template {name} already")
            # Half made ones stand outside the work tree: git never sees them.
            root = path / next(iter(repository.template_roots()), _FOLDER)
            folder = NamedFolder(root, self._trash, drafts=path.parent / DRAFTS)
            with folder.draft(name) as draft:
                for file, text in files.items():
                    (draft / file).write_bytes(text.encode())
                _need_sound(draft, f"{root.name}/{name}")
                _need_inside(repository, root)
                folder.place(draft)
        self._catalog.look_again()
        return self.get(repo, name)

    def _templates(self, repo: str) -> Mapping[str, ays.Template]:
        path = self._path(repo)
        if repo in self._catalog.repos():
            return self._catalog.templates(repo)
        return ays.Repository(path).templates()


def _need_inside(repository: ays.Repository, root: Path) -> None:
    root.mkdir(exist_ok=True)
    if why := repository.refusal(root):
        raise InputError(f"{root.name}: {why}")


def _need_sound(draft: Path, source: str) -> None:
    """Refuse a template of which something would not work.

    Raises:
        ContentError: One problem per line.
    """
    try:
        made = template.load(draft, source=source)
    except InputError as error:
        raise ContentError(str(error)) from error
    problems = [f"{one.source}: {one.why}" for one in made.refusals]
    problems += [made.unread] if made.unread else _lacks(made)
    if problems:
        raise ContentError("\n".join(problems))


def _lacks(made: ays.Template) -> list[str]:
    # Without an actions.py the lines are for those that inherit them.
    if made.actions_path is None:
        return []
    several = made.subscriptions.values()
    named = [(one.action, one.source) for some in several for one in some]
    named += [(one.action, one.source) for one in made.recurring.values()]
    return [f"{source}: {why}" for action, source in named if (why := made.lack(action))]


def _shown(one: ays.Template) -> TemplateFile:
    octets = {file: _read(one.directory / file) for file in (ACTIONS, SCHEMA)}
    # AYS 8.1 calls it actor.hrd.
    config = next(
        (found for file in template.CONFIG_FILES if (found := _read(one.directory / file))), b""
    )
    return TemplateFile(
        name=one.name,
        actions_py=_text(octets[ACTIONS]),
        schema_hrd=_text(octets[SCHEMA]),
        service_hrd=_text(config),
        domain=one.domain,
        source=hashlib.sha256(octets[ACTIONS]).hexdigest(),
        hrd=hashlib.sha256(config).hexdigest(),
    )


def _text(octets: bytes) -> str:
    return octets.decode(errors="replace")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return b""
    except OSError as error:
        raise OpsError(f"{path}: {error.strerror}") from error
