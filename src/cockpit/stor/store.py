"""The store: objects by space and SHA-256, durable once `put` returns.

Waiting for the disk happens in the hub's threads, so that the doors go on. It knows nothing of
who refers to an object: the log keeps references, and retention removes.
"""

import functools
import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import gevent

from cockpit.errors import InputError, OpsError
from cockpit.stor.commit import Commit
from cockpit.stor.journal import Journal
from cockpit.stor.link import Digest, relative_path
from cockpit.stor.tree import Draft, Tree

Source = bytes | BinaryIO | Iterable[bytes]

T = TypeVar("T")

# Up to here an object is one call of a thread; more of it is written piece by piece.
PIECE_BYTES = 256 * 1024


class Stor:
    """A content-addressed store below one directory.

    Args:
        root: Where objects stand as `<space>/ab/cd/<digest>`; made when first needed.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._tree = Tree(root)
        self._commit = Commit(Journal(root, self._tree), self._tree)

    def put(self, space: str, source: Source) -> Digest:
        """Store an object and return its digest once it survives a power cut; idempotent.

        Args:
            source: Bytes, a file open for reading, or pieces of bytes; read as it comes, with no
                more than a piece of it in memory.

        Raises:
            InputError: The space has no valid name.
            OpsError: The disk is full, read-only or broken.
        """
        relative_path(space, "0" * 64)
        pieces = _pieces(source)
        first = next(pieces, b"")
        second = next(pieces, None)
        if second is None:
            digest = Digest(hashlib.sha256(first).hexdigest())
            with _Disk(self._root):
                self._commit.put(relative_path(space, digest), first)
            return digest
        draft = self._off_hub(self._tree.draft)
        try:
            self._off_hub(draft.write, first)
            self._off_hub(draft.write, second)
            for piece in pieces:
                self._off_hub(draft.write, piece)
            return self._off_hub(_store_draft, self._tree, space, draft)
        except BaseException:
            # A thread may be writing still when a time-out ends this greenlet: drop waits for it.
            gevent.get_hub().threadpool.spawn(draft.drop)
            raise

    def open(self, space: str, digest: str) -> BinaryIO:
        """Open an object for reading; the caller closes it.

        Raises:
            InputError: There is no such object, or it is no address of one.
            OpsError: The disk is broken.
        """
        with _Disk(self._root, space, digest):
            return self._settled(space, digest).open("rb")

    def exists(self, space: str, digest: str) -> bool:
        """Tell whether there is such an object."""
        with _Disk(self._root, space, digest):
            return self._settled(space, digest).is_file()

    def size_bytes(self, space: str, digest: str) -> int:
        """Return the size of an object; errors as `open`."""
        with _Disk(self._root, space, digest):
            return self._settled(space, digest).stat().st_size

    def remove(self, space: str, digest: str) -> None:
        """Remove an object; one that is gone already is no error."""
        with _Disk(self._root, space, digest):
            self._settled(space, digest).unlink(missing_ok=True)

    def path(self, space: str, digest: str) -> Path:
        """Return where an object stands, whether it is there or not.

        Raises:
            InputError: The space or the digest is none.
        """
        return self._root / relative_path(space, digest)

    def _settled(self, space: str, digest: str) -> Path:
        relative = relative_path(space, digest)
        self._commit.settle(str(relative))
        return self._root / relative

    def sweep(self, older_than_s: float, now: float) -> int:
        """Remove what killed processes left half-written; `now` is in seconds since 1970.

        Raises:
            OpsError: The disk is broken.
        """
        return self._off_hub(self._tree.sweep, older_than_s, now)

    def _off_hub(self, function: Callable[..., T], *args: Any) -> T:
        with _Disk(self._root):
            outcome: T | Exception = gevent.get_hub().threadpool.apply(_outcome, (function, args))
            if isinstance(outcome, Exception):
                raise outcome
            return outcome


class _Disk:
    """Turns the disk's errors into ours."""

    def __init__(self, root: Path, space: str = "", digest: str = "") -> None:
        self._root = root
        self._name = f"{space}/{digest}"

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileNotFoundError) and self._name != "/":
            raise InputError(f"stor: there is no {self._name}") from error
        if isinstance(error, OSError):
            where = error.filename or self._root
            raise OpsError(f"stor: {where}: {error.strerror or error}") from error


def _pieces(source: Source) -> Iterator[bytes]:
    """Cut or join what comes into pieces of PIECE_BYTES; only the last is shorter."""
    parts: Iterable[bytes]
    if isinstance(source, bytes | bytearray | memoryview):
        parts = (bytes(source),)
    elif not isinstance(source, Iterable) or hasattr(source, "read"):
        parts = iter(functools.partial(source.read, PIECE_BYTES), b"")
    else:
        parts = source
    waiting = bytearray()
    for part in parts:
        if len(waiting) + len(part) < PIECE_BYTES:
            waiting += part
            continue
        rest = memoryview(bytes(waiting) + part) if waiting else memoryview(part)
        while len(rest) >= PIECE_BYTES:
            yield bytes(rest[:PIECE_BYTES])
            rest = rest[PIECE_BYTES:]
        waiting = bytearray(rest)
    if waiting:
        yield bytes(waiting)


def _outcome(function: Callable[..., T], args: tuple[Any, ...]) -> T | Exception:
    # The pool would print what is raised in it, although `put` handles it. A ValueError is a
    # write to a draft that was dropped because its greenlet had ended: nobody waits for it.
    try:
        return function(*args)
    except (OSError, ValueError) as e:
        return e


def _store_draft(tree: Tree, space: str, draft: Draft) -> Digest:
    digest = Digest(draft.finish())
    tree.keep(draft, relative_path(space, digest))
    return digest
