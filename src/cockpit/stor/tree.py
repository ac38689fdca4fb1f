"""Durable files in a tree; every call blocks on the disk, so threads make them, not the hub.

Theory of operation. A file appears under its name only whole and durable:

1. Bytes go to a draft in `<root>/tmp`, in the same file system, and are synced there.
2. The draft is renamed to its place, then the directory of the place is synced.
3. A directory counts as durable only after this process fsynced its parent: another thread or
   process may have made it a moment ago and not be that far.

A process killed in between leaves a draft, never a wrong file; `sweep` removes it.

"""

# PERF: where every put passes, pathlib took as much time as the disk.
# ruff: noqa: PTH102, PTH104, PTH108, PTH116, PTH120, PTH123

import contextlib
import ctypes
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

DRAFTS = "tmp"

T = TypeVar("T")


class Draft:
    """A file on its way in, with the SHA-256 and the size of what was written so far."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.size_bytes = 0
        self._sha256 = hashlib.sha256()
        # Buffered for its lock: `drop` cannot close the file under a write of another thread.
        self._file: BinaryIO = os.fdopen(_create(path), "wb")

    def write(self, data: bytes) -> None:
        """Append some bytes."""
        self._file.write(data)
        self._sha256.update(data)
        self.size_bytes += len(data)

    def finish(self) -> str:
        """Make the bytes durable and return their SHA-256 in hexadecimal."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return self._sha256.hexdigest()

    def drop(self) -> None:
        """Remove what is left of it; after `Tree.keep` that may be nothing. Idempotent."""
        # Closing fails too when the disk is full; the draft goes anyway.
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            Path(self.path).unlink()


class Tree:
    """A root directory with drafts and the files that came of them.

    Args:
        root: Made when first needed.
    """

    def __init__(self, root: Path) -> None:
        self._root = str(root.absolute())
        self._drafts = f"{self._root}/{DRAFTS}"
        self._durable: set[str] = set()
        self._made: set[str] = set()
        self._syncfs = ctypes.CDLL(None, use_errno=True).syncfs

    def create_all(self, items: list[tuple[str, bytes]]) -> list[str]:
        """Write several small files, up to the first that fails; return the names written."""
        done = []
        for relative, data in items:
            try:
                self.create(relative, data)
            except OSError:
                break
            done.append(relative)
        return done

    def create(self, relative: str, data: bytes) -> None:
        """Write a small file in its place; durable with the next `sync`, and by the journal.

        What stands there already is compared, and replaced when it differs.
        """
        place = f"{self._root}/{relative}"
        folder = os.path.dirname(place)
        self._make_all(folder)
        try:
            handle = _create(place)
        except FileExistsError:
            self._replace(place, data)
            return
        except FileNotFoundError:  # Someone removed the folder while we were running.
            self._made.clear()
            self._make_all(folder)
            handle = _create(place)
        try:
            _write(handle, data)
        except OSError:
            os.unlink(place)
            raise
        finally:
            os.close(handle)

    def _replace(self, place: str, data: bytes) -> None:
        with open(place, "rb") as file:
            if file.read() == data:
                return
        self._make_all(self._drafts)
        path = self._draft_path()
        handle = _create(path)
        try:
            _write(handle, data)
        finally:
            os.close(handle)
        os.rename(path, place)

    def _make_all(self, folder: str) -> None:
        """Make a folder and its parents below the root; durable with the next `sync`."""
        if folder in self._made:
            return
        if folder != self._root:
            self._make_all(os.path.dirname(folder))
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        self._made.add(folder)

    def _has(self, relative: str, size_bytes: int) -> bool:
        """Tell whether a file is there; one of another size is broken and is written again."""
        try:
            return os.stat(f"{self._root}/{relative}").st_size == size_bytes
        except FileNotFoundError:
            return False

    def sync(self) -> None:
        """Make all that was written and named here durable: syncfs(2) of the whole file system.

        Raises:
            OSError: The disk failed (the kernel tells since Linux 5.8).
        """
        handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            if self._syncfs(handle) != 0:
                number = ctypes.get_errno()
                raise OSError(number, os.strerror(number), self._root)
        finally:
            os.close(handle)

    def draft(self) -> Draft:
        """Begin a file that comes piece by piece."""
        return self._in(self._drafts, lambda: Draft(self._draft_path()))

    def keep(self, draft: Draft, relative: str) -> None:
        """Put a finished draft in its place; a whole file that is there already stays."""
        if self._is_there(relative, draft.size_bytes):
            draft.drop()
        else:
            self._move(draft.path, relative)

    def sweep(self, older_than_s: float, now: float) -> int:
        """Remove drafts last written more than `older_than_s` before `now`; count them."""
        n_removed = 0
        folder = Path(self._drafts)
        for path in folder.iterdir() if folder.is_dir() else ():
            with contextlib.suppress(FileNotFoundError):  # It was kept or dropped meanwhile.
                if path.stat().st_mtime < now - older_than_s:
                    path.unlink()
                    n_removed += 1
        return n_removed

    def _draft_path(self) -> str:
        return f"{self._drafts}/{os.urandom(12).hex()}"

    def _is_there(self, relative: str, size_bytes: int) -> bool:
        if not self._has(relative, size_bytes):
            return False
        # Whoever renamed it may have been killed before its name was durable.
        folder = os.path.dirname(f"{self._root}/{relative}")
        self._make(folder)
        _sync(folder)
        return True

    def _move(self, path: str, relative: str) -> None:
        place = f"{self._root}/{relative}"
        folder = os.path.dirname(place)
        self._in(folder, lambda: os.rename(path, place))
        _sync(folder)

    def _in(self, folder: str, action: Callable[[], T]) -> T:
        """Do it in a durable folder; once more if someone removed that while we were running."""
        self._make(folder)
        try:
            return action()
        except FileNotFoundError:
            self._durable.clear()
            self._make(folder)
            return action()

    def _make(self, folder: str) -> None:
        # PERF: parents first; syncing them after the file took four times as long on ext4.
        if folder in self._durable:
            return
        parent = os.path.dirname(folder)
        if folder == self._root:
            Path(parent).mkdir(parents=True, exist_ok=True)
        else:
            self._make(parent)
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder, 0o700)
        _sync(parent)
        self._durable.add(folder)


def _create(path: str) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


def _write(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


def _sync(folder: str) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
