"""Files that only their owner may read, replaced in one step.

A reader sees the old content or the new one, never half of it, also after a power cut.
"""

import contextlib
import os
import tempfile
from pathlib import Path

from cockpit.errors import OpsError


def write_private(path: Path, data: bytes) -> None:
    """Replace the file (mode 0600) and return once the disk holds it.

    Raises:
        OpsError: The directory is missing, read-only or full; the old file stands untouched.
    """
    try:
        _replace(path, data)
    except OSError as error:
        raise OpsError(f"cannot write {path}: {error.strerror}") from error


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    """Make the rename itself survive a power cut."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
