"""Who may write the files of a repository: one at a time on this node, and one node for its mirror.

The lease is sticky: a node that mirrors a repository goes on as long as it lives, so that two
nodes with a copy each don't take turns.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from gevent.lock import BoundedSemaphore

from cockpit.bus import Pipe, Script, keys
from cockpit.errors import OpsError

_TTL_S = 30.0
_PATIENCE_S = 10.0


class SoleWriter:
    """The writers of the repositories of one node.

    Args:
        node: Owns the leases; one process of it asks for them.
    """

    def __init__(self, pipe: Pipe, node: str) -> None:
        self.node = node
        self._pipe = pipe
        self._take = Script("cockpit.bus", "lease")
        self._give = Script("cockpit.bus", "release")
        self._locks: dict[str, BoundedSemaphore] = {}

    def mirrors(self, repo: str) -> bool:
        """Take or renew the lease of a repository's mirror; returns whether it is ours.

        Raises:
            OpsError: Redis is away.
        """
        args = (self.node, int(_TTL_S * 1000))
        return bool(self._pipe.run(self._take, (keys.lease(f"mirror:{repo}"),), args))

    def leave(self, repo: str) -> None:
        """Give the lease up, so that another node can go on at once.

        Raises:
            OpsError: Redis is away.
        """
        self._pipe.run(self._give, (keys.lease(f"mirror:{repo}"),), (self.node,))

    def is_busy(self, repo: str) -> bool:
        """Tell whether somebody here works on the files of a repository."""
        return repo in self._locks and self._locks[repo].locked()

    @contextmanager
    def alone(self, repo: str, *, patience_s: float = _PATIENCE_S) -> Iterator[None]:
        """Work on the files of a repository while nobody else here does.

        Raises:
            OpsError: Somebody does, and takes longer than our patience.
        """
        lock = self._locks.setdefault(repo, BoundedSemaphore())
        if not lock.acquire(timeout=patience_s):
            raise OpsError(f"{repo} is being worked on: try again later")
        try:
            yield
        finally:
            lock.release()
