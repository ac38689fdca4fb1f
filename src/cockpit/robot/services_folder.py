"""`services/` of one repository on this machine: what is written there, and what people made of it.

SECURITY: a repository that was cloned may hold links; nothing is read or written through one.
"""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cockpit.ays.service_files import FILES
from cockpit.errors import OpsError

NAME = "services"
_MOST_BYTES = 16 * 1024 * 1024


class ServicesFolder:
    """The files of services; paths are relative to `services/`, `os!main/disk!a/data.json`."""

    def __init__(self, repository: Path) -> None:
        self._root = Path(os.path.realpath(repository)) / NAME

    def digest(self, file: str) -> str:
        """Return what a file holds as a digest; "" when there is none.

        Raises:
            OpsError: It cannot be read.
        """
        data = self._read(self._root / file)
        return "" if data is None else digest(data)

    def texts(self, folder: str) -> dict[str, str]:
        """Return the files of a service by name.

        Raises:
            OpsError: One cannot be read.
        """
        found = {name: self._read(self._root / folder / name) for name in FILES}
        return {
            name: data.decode("utf-8", "replace")
            for name, data in found.items()
            if data is not None
        }

    def write(self, file: str, text: str) -> None:
        """Write a file at once: nobody ever sees half of it.

        Raises:
            OpsError: The disk is full or read-only, or a link is in the way.
        """
        path = self._root / file
        try:
            self._make(path.parent)
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix="~")
            try:
                with os.fdopen(handle, "wb") as opened:
                    opened.write(text.encode())
                os.chmod(draft, 0o644)  # noqa: PTH101 - as git has files; no secret is in it
                os.replace(draft, path)  # noqa: PTH105 - both are names here
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(draft)  # noqa: PTH108
                raise
        except OSError as error:
            raise OpsError(f"cannot write {NAME}/{file}: {error.strerror}") from error

    def remove(self, file: str) -> None:
        """Remove a file, and the folders that are empty then.

        Raises:
            OpsError: The disk is read-only.
        """
        path = self._root / file
        try:
            self._need_ours(path.parent)
            path.unlink(missing_ok=True)
        except OSError as error:
            raise OpsError(f"cannot remove {NAME}/{file}: {error.strerror}") from error
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
        try:
            self._need_ours(path.parent)
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise self._unreadable(path, error) from error
        try:
            with os.fdopen(handle, "rb") as file:
                return file.read(_MOST_BYTES)
        except OSError as error:
            raise self._unreadable(path, error) from error

    def _unreadable(self, path: Path, error: OSError) -> OpsError:
        place = path.relative_to(self._root).as_posix()
        return OpsError(f"cannot read {NAME}/{place}: {error.strerror}")


def digest(data: bytes) -> str:
    """Return the digest of a file's bytes."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()
