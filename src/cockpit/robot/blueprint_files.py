"""The blueprints of repositories, lent to one editor at a time. See `blueprint_folder`."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit import ays
from cockpit.robot.blueprint_folder import BlueprintFolder
from cockpit.robot.catalog import Catalog
from cockpit.robot.sole_writer import SoleWriter


class BlueprintFiles:
    """The blueprints of all repositories of one node.

    Args:
        path: Returns the directory of a repository.
        trash: Where deleted ones go.
    """

    def __init__(
        self, catalog: Catalog, path: Callable[[str], Path], trash: Path, *, writer: SoleWriter
    ) -> None:
        self._catalog = catalog
        self._path = path
        self._trash = trash
        self._writer = writer

    def of(self, repo: str) -> BlueprintFolder:
        """Return the blueprints of a repository, to read them.

        Raises:
            InputError: There is no such repository.
        """
        return BlueprintFolder(ays.Repository(self._path(repo)), self._catalog, self._trash)

    @contextmanager
    def alone(self, repo: str) -> Iterator[BlueprintFolder]:
        """Lend the blueprints of a repository while nobody else here works on its files.

        Raises:
            InputError: There is no such repository.
            OpsError: Somebody does, and takes long.
        """
        self._path(repo)
        with self._writer.alone(repo):
            try:
                yield self.of(repo)
            finally:
                self._catalog.look_again()
