"""Template repositories as people handle them: add, update, remove. See `ays.shared`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from gevent.lock import BoundedSemaphore

from cockpit.ays.shared import Shared, domain
from cockpit.errors import InputError, OpsError, nearest
from cockpit.robot.catalog import Catalog
from cockpit.robot.git import Git, Tell, check_address, check_branch, masked
from cockpit.robot.named_folder import NamedFolder
from cockpit.robot.worktree import Moved, Worktree

_CLONE_S = 3600.0
_PATIENCE_S = 10.0


class TemplateRepo(msgspec.Struct, frozen=True):
    """A template repository: where it comes from, and how many templates it has.

    Attributes:
        commit: The one that is checked out; "" when git does not know it.
        problems: What of it cannot be read, by file and line.
    """

    name: str
    domain: str
    remote: str
    branch: str
    commit: str
    templates: int
    problems: list[str]
    path: str


class Removed(msgspec.Struct, frozen=True):
    """Where a removed template repository is now."""

    name: str
    trash: str


class TemplateRepos:
    """The template repositories of one home."""

    def __init__(self, catalog: Catalog, folder: NamedFolder) -> None:
        self._catalog = catalog
        self._folder = folder
        self._shared = Shared(folder.root)
        self._git = Git(folder.root)
        self._locks: dict[str, BoundedSemaphore] = {}

    def rows(self) -> list[TemplateRepo]:
        """Return them by name.

        Raises:
            OpsError: git failed.
        """
        return [self._row(one.name) for one in self._shared.repositories()]

    def check_add(self, url: str, name: str, branch: str = "") -> None:
        """Refuse what cannot be added, before it begins.

        Raises:
            InputError: The address, the branch or the name cannot be one, or the name is taken.
        """
        check_address(url)
        check_branch(branch)
        self._folder.need_free(name)

    def add(self, url: str, name: str, branch: str = "", *, tell: Tell) -> TemplateRepo:
        """Clone a template repository; its templates count at once.

        Raises:
            InputError: As `check_add`, or it has no templates.
            OpsError: git failed, or the disk is full.
        """
        self.check_add(url, name, branch)
        words = ["clone", "--progress", "--no-recurse-submodules", "--template="]
        if branch:
            words.append(f"--branch={branch}")
        with self._alone(name), self._folder.draft(name) as draft:
            root = self._folder.root
            self._git.ask(root, *words, "--", url, str(draft), timeout_s=_CLONE_S, tell=tell)
            (made,) = Shared(draft.parent).repositories()
            if not made.templates() and not made.problems:
                raise InputError(f"{masked(url)} holds no templates")
            self._folder.place(draft)
        self._catalog.look_again()
        return self._row(name)

    def update(self, name: str, *, tell: Tell) -> Moved:
        """Go forward to what its upstream has. See `Worktree.pull`."""
        self.path(name)
        with self._alone(name):
            moved = Worktree(self._git, self.path(name), name).pull(tell)
        self._catalog.look_again()
        return moved

    def with_upstream(self) -> list[str]:
        """Name the template repositories that have an upstream to pull from."""
        return [
            one.name
            for one in self._shared.repositories()
            if Worktree(self._git, one.path, one.name).has_upstream
        ]

    def remove(self, name: str) -> Removed:
        """Move a template repository to the trash; services made from it stay without template.

        Raises:
            InputError: There is none of that name.
            OpsError: It cannot be moved.
        """
        self.path(name)
        with self._alone(name):
            target = self._folder.discard(name)
        self._catalog.look_again()
        return Removed(name, str(target))

    def path(self, name: str) -> Path:
        """Return the directory of a template repository.

        Raises:
            InputError: There is none of that name.
        """
        paths = {one.name: one.path for one in self._shared.repositories()}
        if name not in paths:
            raise InputError(f"no template repository {name:.80}{nearest(name, tuple(paths))}")
        return paths[name]

    def _row(self, name: str) -> TemplateRepo:
        one = next(one for one in self._shared.repositories() if one.name == name)
        tree = Worktree(self._git, one.path, name).status()
        return TemplateRepo(
            name=name,
            domain=domain(name),
            remote=tree.remote,
            branch=tree.branch,
            commit=tree.commit,
            templates=len(one.templates()),
            problems=one.problems,
            path=str(one.path),
        )

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        lock = self._locks.setdefault(name, BoundedSemaphore())
        if not lock.acquire(timeout=_PATIENCE_S):
            raise OpsError(f"{name} is being worked on: try again later")
        try:
            yield
        finally:
            lock.release()
