"""A journal of small objects: durable after one wait for the disk, whatever the tree still needs.

Theory of operation. An object in a tree of directories costs several waits for the disk. So many
small ones are first appended together to one file, which is synced once; then each is written to
its place without waiting. When the journal has grown, the file system is synced and the journal
begins anew. What a killed process or a power cut left in a journal is put in its place again at
the next start: a file that is there already is compared, so nothing is trusted by its name alone.

A record is 4 + 4 + 4 octets big-endian (length of the name, length of the data, CRC-32 of both),
the name, the data. A record that is cut short ends the journal: nobody was promised it.
"""

import contextlib
import fcntl
import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from cockpit.stor.tree import Tree

_HEAD = struct.Struct(">III")
_FOLDER = "journal"


class Journal:
    """The journal of one process below a stor's root.

    Args:
        root: Of the stor; its folder `journal` is made when first needed.
    """

    def __init__(self, root: Path, tree: Tree) -> None:
        self._folder = root / _FOLDER
        self._tree = tree
        self._handle = -1
        self.size_bytes = 0

    @property
    def is_open(self) -> bool:
        """Whether it takes records."""
        return self._handle >= 0

    def open(self) -> None:
        """Begin the journal, after what dead processes left was put in its place.

        Raises:
            OSError: The disk is full, read-only or broken.
        """
        self._folder.mkdir(0o700, parents=True, exist_ok=True)
        for path in sorted(self._folder.iterdir()):
            self._recover(path)
        path = self._folder / f"{os.getpid()}-{os.urandom(4).hex()}"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        # Held as long as this process lives: others then leave the file alone.
        fcntl.flock(handle, fcntl.LOCK_EX)
        self._tree.sync()
        self._handle = handle

    def append(self, items: list[tuple[str, bytes]]) -> None:
        """Add records; not durable before `sync`."""
        data = b"".join(part for name, body in items for part in _record(name, body))
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._handle, rest) :]
        self.size_bytes += len(data)

    def sync(self) -> None:
        """Wait until what was added is on the disk."""
        os.fdatasync(self._handle)

    def begin_anew(self) -> None:
        """Sync the tree, which holds all by now, and empty the journal."""
        self._tree.sync()
        os.ftruncate(self._handle, 0)
        os.lseek(self._handle, 0, os.SEEK_SET)
        self.size_bytes = 0

    def cut(self, size_bytes: int) -> None:
        """Forget what was added beyond a size, after a write that failed half way."""
        with contextlib.suppress(OSError):
            os.ftruncate(self._handle, size_bytes)
            os.lseek(self._handle, size_bytes, os.SEEK_SET)
        self.size_bytes = size_bytes

    def _recover(self, path: Path) -> None:
        """Put the records of a dead process in their places, durably, and remove its journal."""
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # Its process lives.
            for name, body in _records(file.read()):
                self._tree.create(name, body)
            self._tree.sync()
            path.unlink(missing_ok=True)


def _record(name: str, body: bytes) -> tuple[bytes, bytes, bytes]:
    encoded = name.encode()
    return _HEAD.pack(len(encoded), len(body), zlib.crc32(body, zlib.crc32(encoded))), encoded, body


def _records(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    while at + _HEAD.size <= len(data):
        n_name, n_body, check = _HEAD.unpack_from(data, at)
        start = at + _HEAD.size
        name, body = data[start : start + n_name], data[start + n_name : start + n_name + n_body]
        if len(name) < n_name or len(body) < n_body or zlib.crc32(body, zlib.crc32(name)) != check:
            return
        yield name.decode(), body
        at = start + n_name + n_body
