"""A file of lines that is put aside when it grows too large; the oldest ones put aside go.

`cockpit.log` becomes `cockpit.log.1`, which becomes `cockpit.log.2`. One process, one file.
"""

import os
import threading
from pathlib import Path


class RotatingFile:
    """An open file of lines.

    Args:
        path: Made when missing, else continued.
        limit_bytes: No file grows beyond this, except by a single longer line.
        files: How many are kept beside the one that is written.

    Raises:
        OSError: By `__init__` and `write`, as the disk says; the next `write` tries again.
    """

    def __init__(self, path: Path, *, limit_bytes: int, files: int) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.bound(limit_bytes=limit_bytes, files=files)
        self._open()

    def bound(self, *, limit_bytes: int, files: int) -> None:
        """Take other limits; of fewer files the oldest go when the next one is put aside."""
        with self._lock:
            self._limit_bytes = limit_bytes
            self._files = files

    def write(self, line: str) -> None:
        """Append one line, in one piece."""
        data = f"{line}\n".encode(errors="backslashreplace")
        with self._lock:
            if self._size_bytes and self._size_bytes + len(data) > self._limit_bytes:
                self._rotate()
            self._size_bytes += os.write(self._handle, data)

    def close(self) -> None:
        """Close the file; nothing may be written afterwards."""
        os.close(self._handle)

    def _open(self) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._handle = os.open(self._path, flags, 0o640)
        self._size_bytes = os.fstat(self._handle).st_size

    def _rotate(self) -> None:
        self._remove_beyond(self._files)
        for number in range(self._files - 1, 0, -1):
            if (older := self._aside(number)).exists():
                older.replace(self._aside(number + 1))
        if self._path.exists():
            self._path.replace(self._aside(1))
        full = self._handle
        self._open()
        os.close(full)

    def _remove_beyond(self, files: int) -> None:
        while (surplus := self._aside(files + 1)).exists():
            surplus.unlink()
            files += 1

    def _aside(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
