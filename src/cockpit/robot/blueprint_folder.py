"""The blueprints of a repository as files that people edit from afar.

Of what a person wrote nothing is lost: what is no blueprint is not written over one that is, a
file that changed meanwhile is not overwritten, and a deleted one moves to the trash.

SECURITY: names never leave the folder, and nothing is written through a link.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cockpit import ays
from cockpit.ays import blueprint
from cockpit.ays.generation import generation
from cockpit.ays.plan import plan_blueprint
from cockpit.ays.repository import NAME, enabled_name
from cockpit.errors import ConflictError, ContentError, InputError, OpsError, nearest
from cockpit.robot.catalog import Catalog, Executed
from cockpit.robot.named_folder import NamedFolder

_FOLDER = "blueprints"
_SHOWN = 5


class BlueprintFile(msgspec.Struct, frozen=True):
    """A blueprint as its file is now.

    Attributes:
        name: Of the file.
        archived: It is not executed with the others: `_x.yaml`, `x__archive.yaml`.
        hash: The SHA-256 of the content, in hex.
    """

    name: str
    content: str
    archived: bool
    hash: str
    path: str


class BlueprintFolder:
    """The blueprints of one repository."""

    def __init__(self, repository: ays.Repository, catalog: Catalog, trash: Path) -> None:
        self._repository = repository
        self._catalog = catalog
        self._folder = NamedFolder(repository.path / _FOLDER, trash)

    def all(self) -> list[BlueprintFile]:
        """Return them in the order of their execution, archived ones too.

        Raises:
            OpsError: One cannot be read.
        """
        enabled = {path.name for path in self._repository.blueprints()}
        return [
            self._file(path, is_archived=path.name not in enabled)
            for path in self._repository.all_blueprints()
        ]

    def find(self, name: str) -> BlueprintFile | None:
        """Return one by the name of its file, or an archived one by that which it had before.

        Raises:
            InputError: It is not to be read: a link leads out of the repository.
            OpsError: It cannot be read.
        """
        paths = {path.name: path for path in self._repository.all_blueprints()}
        enabled = {path.name for path in self._repository.blueprints()}
        formerly = (one for one in paths if one not in enabled and enabled_name(one) == name)
        found = name if name in paths else next(formerly, "")
        if not found:
            return None
        if why := self._repository.refusal(paths[found]):
            raise InputError(f"{_FOLDER}/{found}: {why}")
        return self._file(paths[found], is_archived=found not in enabled)

    def get(self, name: str) -> BlueprintFile:
        """Return one as `find` does.

        Raises:
            InputError: There is none of that name, or it is not to be read.
        """
        found = self.find(name)
        if found is None:
            known = tuple(path.name for path in self._repository.all_blueprints())
            raise InputError(
                f"{self._repository.name}: no blueprint {name:.80}{nearest(name, known)}"
            )
        return found

    def create(self, name: str, content: str) -> BlueprintFile:
        """Write a new one.

        Raises:
            InputError: The name cannot be one; ConflictError when it is taken; ContentError.
            OpsError: The disk is full or read-only.
        """
        if not NAME.fullmatch(name):
            raise InputError(
                f"name: {name!r:.80}: letters, digits, '-', '_', '.', a letter or digit first,"
                " 64 at most"
            )
        if self.find(name):
            raise ConflictError(f"{self._repository.name} has a blueprint {name} already")
        self._need_sound(name, content)
        with self._draft(name, content) as draft:
            _move(draft, self._folder.root / name)
        return self.get(name)

    def preview(self, name: str, content: str) -> Executed:
        """Return what executing a content would change; nothing is written.

        Raises:
            InputError: It is wrong; every problem is named with file and line.
        """
        is_old = generation(self._repository.path) == "8.0"
        wanted = blueprint.collect(content, source=name, is_old=is_old)
        existing = self._catalog.existing(self._repository.name, with_data=True)
        # The catalog's knows shared templates as well.
        repository = self._catalog.repository(self._repository.name)
        made = plan_blueprint(wanted, repository, existing)
        return Executed(
            repo=self._repository.name,
            created=[record.key for record in made.created],
            updated=[record.key for record in made.updated],
            unchanged=[record.key for record in made.unchanged],
            warnings=[*wanted.warnings, *made.warnings],
        )

    def update(self, former: BlueprintFile, content: str) -> BlueprintFile:
        """Write a new content over a known one.

        Raises:
            InputError: It is a link; ConflictError when it changed meanwhile; ContentError.
            OpsError: The disk is full or read-only.
        """
        path = self._own(former)
        self._need_sound(former.name, content)
        with self._draft(former.name, content) as draft:
            if self.get(former.name).hash != former.hash:
                raise ConflictError(f"{former.name} changed meanwhile")
            draft.replace(path)
        return self.get(former.name)

    def archive(self, known: BlueprintFile) -> BlueprintFile:
        """Have one executed with the others no more: `_` is put before its name."""
        return known if known.archived else self._renamed(known, f"_{known.name}")

    def restore(self, known: BlueprintFile) -> BlueprintFile:
        """Have one executed with the others again."""
        return self._renamed(known, enabled_name(known.name)) if known.archived else known

    def remove(self, known: BlueprintFile) -> None:
        """Move one to the trash; its services are no more described then, so they must be gone.

        AYS 8.0 removed them without an uninstall, 8.1 left them behind: users met both as defects.

        Raises:
            ConflictError: Services of it are there, and no other enabled blueprint names them.
            OpsError: It cannot be moved.
        """
        if orphans := self._orphans(known):
            some = ", ".join(orphans[:_SHOWN])
            raise ConflictError(
                f"{known.name} describes {len(orphans)} services that are there: {some}; delete"
                " them first, which uninstalls them, or archive it"
            )
        self._folder.discard(self._own(known).name)

    def _orphans(self, known: BlueprintFile) -> list[str]:
        """Name the services that no enabled blueprint would describe any more."""
        here = self._repository.path / _FOLDER / known.name
        others = [path for path in self._repository.blueprints() if path.name != known.name]
        kept = {one for path in others for one in self._described(path)}
        gone = self._described(here) - kept
        return [
            record.key
            for record in self._catalog.existing(self._repository.name).values()
            if (record.template.removeprefix("blueprint."), record.instance) in gone
        ]

    def _described(self, path: Path) -> set[tuple[str, str]]:
        found = self._repository.collect_blueprint(path, source=path.name)
        return {(one.template.removeprefix("blueprint."), one.instance) for one in found.stanzas}

    def _renamed(self, known: BlueprintFile, name: str) -> BlueprintFile:
        if not name:
            raise InputError(f"{known.name} would have no name")
        _move(self._own(known), self._folder.root / name)
        return self.get(name)

    def _own(self, known: BlueprintFile) -> Path:
        """Return the path of one that may be changed.

        Raises:
            InputError: It is a link: what it leads to is no blueprint's own.
        """
        self._need_folder()
        path = self._folder.root / known.name
        if path.is_symlink():
            raise InputError(f"{_FOLDER}/{known.name} is a link: change it by hand")
        return path

    def _need_folder(self) -> None:
        try:
            self._folder.root.mkdir(exist_ok=True)
        except OSError as error:
            raise OpsError(f"cannot make {_FOLDER}: {error.strerror}") from error
        if why := self._repository.refusal(self._folder.root):
            raise InputError(f"{_FOLDER}: {why}")

    def _need_sound(self, name: str, content: str) -> None:
        is_old = generation(self._repository.path) == "8.0"
        if problems := blueprint.collect(content, source=name, is_old=is_old).problems:
            raise ContentError("\n".join(problems))

    @contextmanager
    def _draft(self, name: str, content: str) -> Iterator[Path]:
        """Lend a file with the content, which no reader takes for a blueprint."""
        self._need_folder()
        try:
            handle, draft = tempfile.mkstemp(dir=self._folder.root, prefix=".", suffix="~")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(content.encode())
                    file.flush()
                    os.fsync(handle)
                Path(draft).chmod(0o644)  # As git has files.
                yield Path(draft)
            finally:
                with contextlib.suppress(OSError):
                    Path(draft).unlink()
        except OSError as error:
            raise OpsError(f"cannot write {_FOLDER}/{name}: {error.strerror}") from error

    def _file(self, path: Path, *, is_archived: bool) -> BlueprintFile:
        # What is not to be read is listed all the same, as `blueprint list` and git show it.
        octets = b"" if self._repository.refusal(path) else _read(path)
        digest = hashlib.sha256(octets).hexdigest()
        content = octets.decode(errors="replace")
        return BlueprintFile(path.name, content, is_archived, digest, str(path))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise OpsError(f"{path}: {error.strerror}") from error


def _move(source: Path, target: Path) -> None:
    """Give a file another name in its folder, unless something is there.

    Raises:
        ConflictError: It is.
        OpsError: The disk is read-only.
    """
    try:
        target.hardlink_to(source)
        source.unlink()
    except FileExistsError as error:
        raise ConflictError(f"{_FOLDER}/{target.name} is there already") from error
    except OSError as error:
        raise OpsError(f"cannot write {_FOLDER}/{target.name}: {error.strerror}") from error
