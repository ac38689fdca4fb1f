"""The repositories of a home as people handle them: make, clone, enable, hold, delete, git.

A repository is there whole or not at all. Of what a person wrote nothing is removed: a deleted
repository moves to the trash.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from cockpit import ays
from cockpit.ays import secret_hint
from cockpit.ays.generation import MARK, MARKER, Generation, generation
from cockpit.ays.repository import inside
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.robot.catalog import Catalog
from cockpit.robot.git import Git, Tell, check_address, check_branch, masked
from cockpit.robot.held import Held
from cockpit.robot.mirror import Conflict, Mirror
from cockpit.robot.named_folder import NamedFolder
from cockpit.robot.restoring import Resolved, Restored, Restoring, Side
from cockpit.robot.services_folder import NAME as SERVICES
from cockpit.robot.sole_writer import SoleWriter
from cockpit.robot.worktree import Committed, Entry, Moved, TreeStatus, Worktree

_CLONE_S = 3600.0
_SHOWN = 5
_NEW = {
    MARKER: MARK,
    ".gitignore": "__pycache__/\n*.pyc\n*~\n",
    "servicetemplates/.gitkeep": "",
    "blueprints/.gitkeep": "",
    "README.md": """# {name}

Templates stand in `servicetemplates/`, the blueprints that make services of them in `blueprints/`.

    cockpit blueprint execute --repo {name}
""",
}


class RepoRow(msgspec.Struct, frozen=True):
    """A repository as people see it.

    Attributes:
        state: `enabled`, or `held`: there, and yet nothing of it runs.
        problems: How many things of it cannot be read, services or all of them not be written to
            disk, files of services are in conflict; of a held one it is not known.
    """

    repo: str
    state: str
    generation: Generation
    services: int
    problems: int
    path: str


class RepoStatus(msgspec.Struct, frozen=True):
    """A repository with the state of its work tree; `tree` is None when git does not know it.

    Attributes:
        conflicts: Files of services that somebody edited.
        mirror: Why services cannot be written to disk; "" when they can.
        unwritten: Services that by themselves cannot be written, and why.
    """

    repo: str
    state: str
    generation: Generation
    path: str
    tree: TreeStatus | None
    conflicts: list[Conflict] = []
    mirror: str = ""
    unwritten: list[str] = []


class Deleted(msgspec.Struct, frozen=True):
    """Where a deleted repository is now.

    Attributes:
        services: How many services went with it.
        dropped: The jobs that waited for them.
    """

    repo: str
    trash: str
    services: int
    dropped: list[str] = []


class Cloned(msgspec.Struct, frozen=True):
    """A repository that was cloned and is held."""

    repo: str
    generation: Generation
    path: str


class Worktrees:
    """The repositories of one home.

    Args:
        repos: Their folder.
        trash: Where deleted ones go; made when needed.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        catalog: Catalog,
        repos: Path,
        trash: Path,
        *,
        writer: SoleWriter,
        mirror: Mirror,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._catalog = catalog
        self._root = repos
        self._folder = NamedFolder(repos, trash, clock=clock)
        self._held = Held(repos)
        self._git = Git(repos)
        self._writer = writer
        self._mirror = mirror
        self._restoring = Restoring(catalog, mirror)

    def rows(self) -> list[RepoRow]:
        """Return the repositories, held ones too, by name."""
        held = self._held.names()
        counts = Counter(record.repo for record in self._catalog.records())
        return [
            RepoRow(
                repo=found.name,
                state=_state(found.name, held),
                generation=generation(found.path),
                services=counts[found.name],
                problems=0 if found.name in held else self._count_problems(found),
                path=str(found.path),
            )
            for found in ays.discover(self._root)
        ]

    def status(self, name: str) -> RepoStatus:
        """Return how a repository is, with its uncommitted changes.

        Raises:
            InputError: There is none of that name.
            OpsError: git failed.
        """
        path = self.path(name)
        tree = Worktree(self._git, path, name)
        state = _state(name, self._held.names())
        conflicts, trouble = self._mirrored(name) if state == "enabled" else ([], "")
        return RepoStatus(
            repo=name,
            state=state,
            generation=generation(path),
            path=str(path),
            tree=tree.status() if tree.is_tracked else None,
            conflicts=conflicts,
            mirror=trouble,
            unwritten=self._mirror.problems(name),
        )

    def create(self, name: str) -> RepoStatus:
        """Make a repository with nothing in it, committed once; it is enabled.

        Raises:
            InputError: The name cannot be one, or is taken.
            OpsError: There is no git, or the disk is full.
        """
        with self._writer.alone(name), self._folder.draft(name) as draft:
            for file, text in _NEW.items():
                path = draft / file
                path.parent.mkdir(exist_ok=True)
                path.write_text(text.format(name=name), encoding="utf-8")
            Worktree(self._git, draft, name).commit("A new repository")
            self._held.remove(name)
            self._folder.place(draft)
        self._catalog.look_again()
        return self.status(name)

    def check_clone(self, url: str, name: str, branch: str = "") -> None:
        """Refuse a clone that cannot be done, before it begins.

        Raises:
            InputError: The address, the branch or the name cannot be one, or the name is taken.
        """
        check_address(url)
        check_branch(branch)
        self._folder.need_free(name)

    def clone(self, url: str, name: str, branch: str = "", *, tell: Tell) -> Cloned:
        """Clone a repository; nothing of it runs until it is enabled.

        Args:
            branch: Of the other side; "" means the one it has checked out.
            tell: Gets the progress, line by line.

        Raises:
            InputError: As `check_clone`, or what was cloned is no repository of AYS.
            OpsError: git failed.
        """
        self.check_clone(url, name, branch)
        words = ["clone", "--progress", "--no-recurse-submodules", "--template="]
        if branch:
            words.append(f"--branch={branch}")
        with self._writer.alone(name), self._folder.draft(name) as draft:
            self._git.ask(self._root, *words, "--", url, str(draft), timeout_s=_CLONE_S, tell=tell)
            if not ays.is_repository(draft):
                why = f"{masked(url)} holds no AYS repository: it has no {MARKER} at its root"
                there = ", ".join(inside(draft)[:_SHOWN])
                raise InputError(f"{why}; these have: {there}" if there else why)
            _hide_services(draft)
            self._held.add(name)
            self._folder.place(draft)
        self._catalog.look_again()
        path = self._root / name
        return Cloned(name, generation(path), str(path))

    def enable(self, name: str) -> RepoStatus:
        """Let a repository work.

        Raises:
            InputError: There is none of that name.
        """
        self.path(name)
        self._held.remove(name)
        self._catalog.look_again()
        return self.status(name)

    def disable(self, name: str) -> RepoStatus:
        """Hold a repository: no event reaches it, its jobs wait; what runs ends by itself.

        Raises:
            InputError: There is none of that name.
        """
        self.path(name)
        self._held.add(name)
        self._catalog.look_again()
        return self.status(name)

    def delete(self, name: str, *, force: bool = False) -> Deleted:
        """Move a repository to the trash.

        Args:
            force: Even though it has services: they go with it, and jobs that wait for them are
                dropped.

        Raises:
            InputError: There is none of that name; ConflictError when it has services.
            OpsError: It cannot be moved.
        """
        self.path(name)
        with self._writer.alone(name):
            services = len(self._catalog.existing(name))
            if services and not force:
                raise ConflictError(
                    f"{name} has {services} services: delete them first, or use force"
                )
            self._write_last(name)
            target = self._folder.discard(name)
            self._held.remove(name)
            dropped = self._catalog.clear(name)
            self._mirror.forget(name)
        return Deleted(name, str(target), services, dropped)

    def commit(self, name: str, message: str) -> Committed:
        """Commit all changes of a repository, and warn of passwords. See `Worktree.commit`."""
        repository = ays.Repository(self.path(name))
        stanzas = repository.collect_blueprints().stanzas
        clear = secret_hint.in_clear(stanzas, repository.templates())
        with self._tree(name) as tree:
            return msgspec.structs.replace(tree.commit(message), warnings=clear)

    def pull(self, name: str, *, tell: Tell) -> Moved:
        """Go forward to what the upstream has. See `Worktree.pull`."""
        with self._tree(name) as tree:
            return tree.pull(tell)

    def with_upstream(self) -> list[str]:
        """Name the repositories that have an upstream to pull from, held ones too."""
        return [
            found.name
            for found in ays.discover(self._root)
            if Worktree(self._git, found.path, found.name).has_upstream
        ]

    def push(self, name: str, *, tell: Tell) -> Moved:
        """Send commits to the upstream. See `Worktree.push`."""
        with self._tree(name) as tree:
            return tree.push(tell)

    def restore(self, name: str) -> Restored:
        """Make the services that only the files of a repository have. See `Restoring`."""
        self._catalog.repository(name)
        with self._writer.alone(name):
            return self._restoring.restore(name)

    def resolve(self, name: str, services: Sequence[str], side: Side) -> Resolved:
        """End conflicts between the files of services and Redis. See `Restoring`."""
        self._catalog.repository(name)
        with self._writer.alone(name):
            return self._restoring.resolve(name, services, side)

    def log(self, name: str, limit: int) -> list[Entry]:
        """Return the newest commits of a repository. See `Worktree.log`."""
        return Worktree(self._git, self.path(name), name).log(limit)

    def sweep(self) -> None:
        """Remove drafts that a killed process left."""
        self._folder.sweep()

    def path(self, name: str) -> Path:
        """Return the directory of a repository.

        Raises:
            InputError: There is none of that name.
        """
        paths = {found.name: found.path for found in ays.discover(self._root)}
        if name not in paths:
            known = ", ".join(paths) or "none"
            raise InputError(f"no repository {name:.80}; known: {known}")
        return paths[name]

    def _count_problems(self, found: ays.Repository) -> int:
        name = found.name
        # Whoever works on its files may take long: then what they were like is told.
        is_busy = self._writer.is_busy(name)
        conflicts, trouble = ([], "") if is_busy else self._mirrored(name)
        unwritten = self._mirror.problems(name)
        if is_busy and not unwritten:
            trouble = self._mirror.trouble(name)
        return len(found.problems) + len(unwritten) + len(conflicts) + bool(trouble)

    @contextlib.contextmanager
    def _tree(self, name: str) -> Iterator[Worktree]:
        """Lend a work tree while nobody else works on it, with all that is known written."""
        path = self.path(name)
        with self._writer.alone(name):
            if name not in self._held.names():
                self._catalog.look_again()
                self._mirror.flush(name)
            yield Worktree(self._git, path, name)

    def _write_last(self, name: str) -> None:
        """Write the services as they are, so that who takes it out of the trash has them."""
        if name not in self._held.names():
            with contextlib.suppress(OpsError):  # A disk that is full must not keep it.
                self._mirror.flush(name)

    def _mirrored(self, name: str) -> tuple[list[Conflict], str]:
        """Return what people edited, and why the disk cannot be written."""
        try:
            with self._writer.alone(name):
                return self._mirror.conflicts(name), ""
        except OpsError as error:
            return [], str(error)


def _hide_services(tree: Path) -> None:
    """Have git ignore what the mirror writes beside the files of somebody else's repository."""
    exclude = tree / ".git" / "info" / "exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_text(f"/{SERVICES}/\n", encoding="utf-8")


def _state(name: str, held: frozenset[str]) -> str:
    return "held" if name in held else "enabled"
