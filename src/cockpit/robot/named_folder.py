"""A folder whose folders people name: made whole or not at all, and moved to the trash.

What is half made stands in `.drafts` until it is whole. SECURITY: a name never leaves the folder.
"""

import errno
import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cockpit.ays.repository import NAME
from cockpit.errors import ConflictError, InputError, OpsError

DRAFTS = ".drafts"


class NamedFolder:
    """One folder of them.

    Args:
        trash: Where those go that are removed; made when needed.
        drafts: Where what is half made stands, on the same disk; else in `.drafts` in it.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        root: Path,
        trash: Path,
        *,
        drafts: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.root = root
        self._trash = trash
        self._drafts = drafts or root / DRAFTS
        self._clock = clock

    def need_free(self, name: str) -> None:
        """Refuse a name that cannot be one, or is taken.

        Raises:
            InputError: It is so; ConflictError when it is taken.
        """
        if not NAME.fullmatch(name):
            raise InputError(
                f"{name!r:.80} cannot be the name of a repository: letters, digits, '-', '_', '.',"
                " a letter or digit first, 64 at most"
            )
        if os.path.lexists(self.root / name):
            raise ConflictError(f"{name} is there already")

    @contextmanager
    def draft(self, name: str) -> Iterator[Path]:
        """Lend a directory that is gone afterwards, unless it was moved to its place.

        Raises:
            InputError: As `need_free`.
            OpsError: The disk is full or read-only.
        """
        self.need_free(name)
        try:
            self._drafts.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(
                dir=self._drafts, ignore_cleanup_errors=True
            ) as folder:
                draft = Path(folder) / name
                draft.mkdir()
                yield draft
        except OSError as error:
            raise OpsError(f"{name} cannot be made: {error.strerror}") from error

    def place(self, draft: Path) -> Path:
        """Move a whole draft to its place, and return that."""
        return draft.rename(self.root / draft.name)

    def discard(self, name: str) -> Path:
        """Move one to the trash; returns where it is now.

        Raises:
            OpsError: It cannot be moved.
        """
        target = self._place_in_trash(name)
        try:
            self._trash.mkdir(parents=True, exist_ok=True)
            self._move(self.root / name, target)
        except OSError as error:  # shutil.Error is one as well.
            raise OpsError(f"{name} cannot be moved to {target}: {error}") from error
        return target

    def sweep(self) -> None:
        """Remove drafts that a killed process left."""
        shutil.rmtree(self._drafts, ignore_errors=True)

    def _move(self, source: Path, target: Path) -> None:
        """Move a directory, or leave it as it is; to another disk it is copied first."""
        try:
            os.rename(source, target)  # noqa: PTH104 - only this tells one disk from another
        except OSError as error:
            if error.errno != errno.EXDEV or source.is_symlink():
                raise
            self._copy_over(source, target)

    def _copy_over(self, source: Path, target: Path) -> None:
        aside = self._drafts / target.name
        try:
            shutil.copytree(source, target, symlinks=True)
            aside.parent.mkdir(exist_ok=True)
            source.rename(aside)
        except OSError:
            shutil.rmtree(target, ignore_errors=True)
            raise
        shutil.rmtree(aside, ignore_errors=True)

    def _place_in_trash(self, name: str) -> Path:
        stem = f"{name}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(self._clock()))}"
        places = (self._trash / (f"{stem}-{n}" if n else stem) for n in itertools.count())
        return next(place for place in places if not os.path.lexists(place))
