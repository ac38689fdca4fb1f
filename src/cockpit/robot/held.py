"""Which repositories are held: there, and yet nothing of them runs.

A file `repos/.held/NAME` for each, beside the repositories and not inside: `git status` of a work
tree stays clean. What has no file works, so a directory made by hand needs no command.
"""

from pathlib import Path

from cockpit.errors import OpsError

FOLDER = ".held"


class Held:
    """The held repositories of one folder.

    Args:
        repos: The folder of the repositories.
    """

    def __init__(self, repos: Path) -> None:
        self._folder = repos / FOLDER

    def names(self) -> frozenset[str]:
        """Return the names of those that are held."""
        try:
            return frozenset(path.name for path in self._folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return frozenset()

    def add(self, name: str) -> None:
        """Hold a repository; again is harmless.

        Raises:
            OpsError: The disk is full or read-only.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / name).touch()
        except OSError as error:
            raise OpsError(f"cannot write {self._folder / name}: {error.strerror}") from error

    def remove(self, name: str) -> None:
        """Let a repository work; again is harmless.

        Raises:
            OpsError: The disk is read-only.
        """
        try:
            (self._folder / name).unlink(missing_ok=True)
        except OSError as error:
            raise OpsError(f"cannot remove {self._folder / name}: {error.strerror}") from error
