"""`services/` of one repository on this machine: what is written there, and what people made of it.

SECURITY: a repository that was cloned may hold links; nothing is read or written through one.
"""

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cockpit.ays.service_files import FILES
from cockpit.errors import OpsError

NAME = "services"
NO_FILE = "-"
"""The digest of what is there and no file: a link, a directory."""

_MOST_BYTES = 16 * 1024 * 1024
_OF_ALL = {errno.ENOSPC, errno.EROFS, errno.EDQUOT}
_SHOWN = 120


class FolderError(OpsError):
    """Nothing can be written there: the disk is full or read-only, or `services` is no folder."""


class ServicesFolder:
    """The files of services; paths are relative to `services/`, `os!main/disk!a/data.json`."""

    def __init__(self, repository: Path) -> None:
        self._root = Path(os.path.realpath(repository)) / NAME

    def digest(self, file: str) -> str:
        """Return what a file holds as a digest; "" when nothing is there, `NO_FILE` for no file.

        Raises:
            OpsError: It cannot be read.
        """
        try:
            data = self._read(self._root / file)
        except IsADirectoryError:
            return NO_FILE
        return "" if data is None else digest(data)

    def read(self, folder: str) -> dict[str, bytes]:
        """Return the files of a service by name, as they are at one moment.

        Raises:
            OpsError: One cannot be read, or is no file.
        """
        found = {}
        for name in FILES:
            try:
                data = self._read(self._root / folder / name)
            except IsADirectoryError as error:
                raise OpsError(f"{NAME}/{_short(f'{folder}/{name}')} is no file") from error
            if data is not None:
                found[name] = data
        return found

    def texts(self, folder: str) -> dict[str, str]:
        """Return the files of a service that are there as text; what is no file is left out.

        Raises:
            OpsError: One cannot be read.
        """
        found = {}
        for name in FILES:
            with contextlib.suppress(IsADirectoryError):
                data = self._read(self._root / folder / name)
                if data is not None:
                    found[name] = to_text(data)
        return found

    def write(self, file: str, text: str, *, over: str = "") -> bool:
        """Write a file at once: nobody ever sees half of it.

        Args:
            over: The digest of what may be overwritten.

        Returns:
            Whether it was: False when something else is there by now.

        Raises:
            FolderError: The disk is full or read-only, or `services` is no folder.
            OpsError: A link or a file is in the way, or the path is too long.
        """
        path = self._root / file
        try:
            self._make(path.parent)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix="~")
            try:
                with os.fdopen(handle, "wb") as opened:
                    opened.write(to_bytes(text))
                os.chmod(draft, 0o644)  # noqa: PTH101 - as git has files; no secret is in it
                is_free = self.digest(file) == over
                if is_free:
                    os.replace(draft, path)  # noqa: PTH105 - both are names here
            finally:
                with contextlib.suppress(OSError):
                    os.unlink(draft)  # noqa: PTH108
        except OSError as error:
            raise self._error("write", path, error) from error
        return is_free

    def remove(self, file: str) -> None:
        """Remove a file, and the folders that are empty then.

        Raises:
            OpsError: The disk is read-only.
        """
        path = self._root / file
        try:
            self._need_ours(path.parent)
            path.unlink(missing_ok=True)
        except NotADirectoryError:  # What stands there in place of a folder holds no such file.
            return
        except OSError as error:
            raise self._error("remove", path, error) from error
        folder = path.parent
        while folder != self._root.parent:
            try:
                folder.rmdir()
            except OSError:  # Somebody keeps something there, or it is gone already.
                return
            folder = folder.parent

    def folders(self) -> Iterator[str]:
        """Walk to the folders that are called as services are, parents first."""
        for folder, children, _ in os.walk(self._root):
            children[:] = sorted(name for name in children if "!" in name)
            if folder != str(self._root):
                yield Path(folder).relative_to(self._root).as_posix()

    def _make(self, folder: Path) -> None:
        self._need_ours(folder)
        folder.mkdir(parents=True, exist_ok=True)

    def _need_ours(self, folder: Path) -> None:
        if os.path.realpath(folder) != str(folder):
            raise OSError(errno.ELOOP, "a link is in the way")

    def _read(self, path: Path) -> bytes | None:
        """Return what a file holds; None when nothing is there.

        Raises:
            IsADirectoryError: It is a directory, a link, or anything else but a file.
        """
        try:
            self._need_ours(path.parent)
            return _content(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except IsADirectoryError:
            raise
        except OSError as error:
            raise self._error("read", path, error) from error

    def _error(self, what: str, path: Path, error: OSError) -> OpsError:
        is_bad = self._root.is_symlink() or (self._root.exists() and not self._root.is_dir())
        kind = FolderError if is_bad or error.errno in _OF_ALL else OpsError
        place = _short(path.relative_to(self._root).as_posix())
        return kind(f"cannot {what} {NAME}/{place}: {error.strerror}")


def digest(data: bytes) -> str:
    """Return the digest of a file's bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def to_text(data: bytes) -> str:
    """Return bytes as text from which `to_bytes` makes the very same bytes."""
    return data.decode("utf-8", "surrogateescape")


def to_bytes(text: str) -> bytes:
    """Return the bytes of a file's text."""
    return text.encode("utf-8", "surrogateescape")


def _content(path: Path) -> bytes:
    if not stat.S_ISREG(path.lstat().st_mode):
        raise IsADirectoryError(errno.EISDIR, "it is no file")
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(handle, "rb") as file:
        return file.read(_MOST_BYTES)


def _short(place: str) -> str:
    return place if len(place) <= _SHOWN else f"{place[: _SHOWN // 2]}…{place[-_SHOWN // 2 :]}"
