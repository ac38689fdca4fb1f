"""One repository as a git work tree: what changed, commit, pull, push, history.

Nothing a person wrote is ever overwritten: a pull goes forward only, and not over changes.
"""

from pathlib import Path
from typing import NamedTuple

import msgspec

from cockpit.errors import InputError, OpsError
from cockpit.robot.git import Git, Tell, masked

_NETWORK_S = 900.0
_SHOWN = 5
_FIELDS = "%H%x1f%ct%x1f%an%x1f%s"


class Change(msgspec.Struct, frozen=True):
    """A file that differs from the last commit: `new`, `changed`, `deleted`, or in `conflict`."""

    state: str
    file: str


class TreeStatus(msgspec.Struct, frozen=True):
    """How a work tree is.

    Attributes:
        branch: "" when a commit and no branch is checked out.
        commit: The last one; "" when there is none.
        upstream: What it is compared with, `origin/main`; "" for nothing.
        ahead: How many commits the upstream lacks, as far as known here.
        behind: How many commits of the upstream are missing, as far as known here.
        remote: Address of the remote `origin`, without user and password.
    """

    branch: str = ""
    commit: str = ""
    upstream: str = ""
    ahead: int = 0
    behind: int = 0
    changes: list[Change] = []
    remote: str = ""


class Committed(msgspec.Struct, frozen=True):
    """A commit that was made, or with `commit` "" was not needed; `files` is how many changed.

    `warnings` name passwords that stand in clear in it.
    """

    commit: str
    files: int
    warnings: list[str] = []


class Moved(msgspec.Struct, frozen=True):
    """What was pulled or pushed: `commits` from `before` to `after`."""

    before: str
    after: str
    commits: int


class Entry(msgspec.Struct, frozen=True):
    """A commit of the history."""

    commit: str
    epoch: int
    author: str
    subject: str


class Worktree:
    """A repository's git work tree.

    Args:
        path: Its directory; it need not be a work tree yet.
        name: What messages call it.
    """

    def __init__(self, git: Git, path: Path, name: str) -> None:
        self._git = git
        self._path = path
        self._name = name

    @property
    def is_tracked(self) -> bool:
        """Whether git knows it: a `.git` of its own, not that of a directory around it."""
        return (self._path / ".git").exists()

    @property
    def has_upstream(self) -> bool:
        """Whether there is something to pull from; cheap, for nothing is compared."""
        words = ("rev-parse", "--verify", "--quiet", "@{upstream}")
        return self.is_tracked and self._git.succeeds(self._path, *words)

    def begin(self) -> None:
        """Make it a work tree, with nothing committed yet."""
        self._git.ask(self._path, "init", "--quiet", "--template=", "--initial-branch=main")

    def status(self) -> TreeStatus:
        """Return how it is; of a directory that git does not know, nothing.

        Raises:
            OpsError: git failed.
        """
        if not self.is_tracked:
            return TreeStatus()
        words = ("status", "--porcelain=v2", "--branch", "--untracked-files=all", "-z")
        found = _parse(self._git.ask(self._path, *words))
        if self._git.succeeds(self._path, "remote", "get-url", "origin"):
            address = self._git.ask(self._path, "remote", "get-url", "origin")
            found = msgspec.structs.replace(found, remote=masked(address))
        return found

    def commit(self, message: str) -> Committed:
        """Commit everything; a directory that git does not know becomes a work tree first.

        Raises:
            InputError: No message, conflicts, work trees inside it, or no branch is checked out.
            OpsError: git failed.
        """
        if not message.strip():
            raise InputError("message: say what the commit is about")
        if not self.is_tracked:
            self.begin()
        status = self.status()
        self._need_branch(status)
        torn = [change.file for change in status.changes if change.state == "conflict"]
        if torn:
            raise InputError(f"{self._name} has conflicts in {_some(torn)}: resolve them first")
        # git would commit no more of them than a number.
        nested = [one.file for one in status.changes if one.file.endswith("/")]
        if nested:
            raise InputError(
                f"{self._name} has git work trees inside it: {_some(nested)}: remove their .git, or"
                " name them in .gitignore; nothing was committed"
            )
        self._git.ask(self._path, "add", "--all")
        staged = self._git.ask(self._path, "diff", "--cached", "--name-only", "-z")
        if not staged:
            return Committed("", 0)
        self._git.commit(self._path, message)
        return Committed(self._git.ask(self._path, "rev-parse", "HEAD"), staged.count("\0"))

    def pull(self, tell: Tell) -> Moved:
        """Fetch and go forward to the upstream; what is here is kept or nothing is done.

        Raises:
            InputError: No upstream, uncommitted changes, files in the way, or commits of its own.
            OpsError: git failed.
        """
        upstream = self._upstream(self._tracked())
        self._git.ask(
            self._path,
            *("fetch", "--progress", "--no-recurse-submodules", "--", upstream.remote),
            timeout_s=_NETWORK_S,
            tell=tell,
        )
        status = self._tracked()
        if not status.behind:
            return Moved(status.commit, status.commit, 0)
        self._refuse_pull(status)
        self._forward()
        return Moved(status.commit, self._git.ask(self._path, "rev-parse", "HEAD"), status.behind)

    def push(self, tell: Tell) -> Moved:
        """Send the commits of the branch to its upstream, else to `origin`.

        Raises:
            InputError: No commits or no remote, or the remote has commits that are not here.
            OpsError: git failed.
        """
        status = self._tracked()
        if not status.commit:
            raise InputError(f"{self._name} has no commits yet")
        upstream = self._upstream(status) if status.upstream else self._origin(status)
        words = ["push", "--progress", "--no-verify", "--recurse-submodules=no"]
        if not status.upstream:
            words.append("--set-upstream")
        target = f"HEAD:{upstream.merge}"
        try:
            self._git.ask(
                self._path,
                *(*words, "--", upstream.remote, target),
                timeout_s=_NETWORK_S,
                tell=tell,
            )
        except OpsError as error:
            if "fetch first" in str(error) or "non-fast-forward" in str(error):
                raise InputError(
                    f"the remote has commits that are not here: `cockpit repo pull {self._name}`"
                ) from error
            raise
        return Moved("", status.commit, status.ahead)

    def log(self, limit: int) -> list[Entry]:
        """Return the newest commits, newest first.

        Raises:
            OpsError: git failed.
        """
        has_commits = self.is_tracked and self._git.succeeds(
            self._path, "rev-parse", "--verify", "--quiet", "HEAD"
        )
        if not has_commits:
            return []
        words = ("log", "-z", f"--max-count={limit}", f"--format={_FIELDS}", "--no-show-signature")
        lines = self._git.ask(self._path, *words).split("\0")
        rows = (line.split("\x1f", 3) for line in lines if line)
        return [Entry(row[0], int(row[1]), row[2], row[3]) for row in rows]

    def _forward(self) -> None:
        # Without the option git takes ignored files for ones that nobody needs.
        words = ("--ff-only", "--quiet", "--no-verify-signatures", "--no-overwrite-ignore")
        try:
            self._git.ask(self._path, "merge", *words, "@{upstream}")
        except OpsError as error:
            _, is_in_the_way, files = str(error).partition("would be overwritten by merge: ")
            if not is_in_the_way:
                raise
            raise InputError(
                f"{self._name} has files of its own where the upstream has some:"
                f" {files.removesuffix(' Aborting')}: move them away, then pull;"
                " nothing was changed"
            ) from error

    def _tracked(self) -> TreeStatus:
        status = self.status()
        if not self.is_tracked:
            raise InputError(
                f"{self._name} is no git work tree: `cockpit repo commit {self._name}` makes it one"
            )
        self._need_branch(status)
        return status

    def _need_branch(self, status: TreeStatus) -> None:
        if not status.branch:
            raise InputError(f"{self._name}: no branch is checked out in {self._path}")

    def _upstream(self, status: TreeStatus) -> "_Upstream":
        if not status.upstream:
            raise InputError(f"{self._name}: branch {status.branch} has no upstream to pull from")
        branch = f"branch.{status.branch}"
        asked = (
            self._git.ask(self._path, "config", f"{branch}.{key}") for key in _Upstream._fields
        )
        return _Upstream(*asked)

    def _origin(self, status: TreeStatus) -> "_Upstream":
        if not status.remote:
            raise InputError(
                f"{self._name} has no remote: `git -C {self._path} remote add origin URL` adds one"
            )
        return _Upstream("origin", f"refs/heads/{status.branch}")

    def _refuse_pull(self, status: TreeStatus) -> None:
        if status.ahead:
            raise InputError(
                f"{self._name} has {status.ahead} commits that {status.upstream} lacks, which has"
                f" {status.behind} that are not here: merge them by hand in {self._path};"
                " nothing was changed"
            )
        changed = [change.file for change in status.changes if change.state != "untracked"]
        if changed:
            raise InputError(
                f"{self._name} has uncommitted changes in {_some(changed)}: commit them or take"
                " them back, then pull; nothing was changed"
            )


class _Upstream(NamedTuple):
    """Where a branch is pulled from and pushed to; the fields are called as git's settings.

    Attributes:
        merge: The branch there, `refs/heads/main`.
    """

    remote: str
    merge: str


def _parse(text: str) -> TreeStatus:
    """Read `git status --porcelain=v2 --branch -z`.

    See: git-status(1), "Porcelain Format Version 2".
    """
    heads: dict[str, str] = {}
    changes: list[Change] = []
    parts = iter(text.split("\0"))
    for part in parts:
        kind, _, rest = part.partition(" ")
        if kind == "#":
            name, _, value = rest.partition(" ")
            heads[name] = value
        elif kind in {"?", "1", "2", "u"}:
            fields = {"?": 0, "1": 7, "2": 8, "u": 9}[kind]
            changes.append(Change(_state(kind, rest[:2]), rest.split(" ", fields)[-1]))
            if kind == "2":
                next(parts, None)  # The former name of what was renamed.
    ahead, _, behind = heads.get("branch.ab", "+0 -0").partition(" ")
    branch, commit = heads.get("branch.head", ""), heads.get("branch.oid", "")
    return TreeStatus(
        branch="" if branch == "(detached)" else branch,
        commit="" if commit == "(initial)" else commit,
        upstream=heads.get("branch.upstream", ""),
        ahead=abs(int(ahead)),
        behind=abs(int(behind)),
        changes=changes,
    )


def _state(kind: str, xy: str) -> str:
    if kind == "?":
        return "untracked"
    if kind == "u":
        return "conflict"
    if "D" in xy:
        return "deleted"
    return "new" if "A" in xy else "changed"


def _some(files: list[str]) -> str:
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(files[:_SHOWN]) + more
