"""Services go, with their data and the states of their actions.

A service that jobs run or wait for stays: a job that goes on later would find none, or another one
of the same name.
"""

from collections.abc import Callable, Mapping

from cockpit.ays import ServiceRecord
from cockpit.bus import Pipe, Script
from cockpit.errors import ConflictError, InputError, nearest

_NAMED = 1000
_SHOWN = 5


class Removing:
    """Removes services.

    Args:
        version: Returns the current index number.
        existing: Returns the services of a repository by key.
    """

    def __init__(
        self,
        pipe: Pipe,
        version: Callable[[], int],
        existing: Callable[[str], Mapping[str, ServiceRecord]],
    ) -> None:
        self._pipe = pipe
        self._version = version
        self._existing = existing
        self._remove = Script("cockpit.robot", "remove")
        self._clear = Script("cockpit.robot", "clear")

    def remove(self, repo: str, key: str) -> None:
        """Remove a service; nothing of it is uninstalled.

        Raises:
            InputError: There is no such service; ConflictError when others need it, or jobs run
                or wait for it.
        """
        jobs: list[bytes] | None = None
        while jobs is None:  # Services changed meanwhile.
            version = self._version()
            _need_free(repo, key, self._existing(repo))
            jobs = self._pipe.run(self._remove, (), (f"{repo}/{key}", version))
        if jobs:
            some = ", ".join(job.decode() for job in jobs[:_SHOWN])
            raise ConflictError(
                f"{len(jobs)} jobs of {key} run or wait: {some}; let them end, or"
                " `cockpit job drop` them"
            )

    def clear(self, repo: str) -> list[str]:
        """Remove all services of a repository that is no more; what runs ends by itself.

        Returns the jobs that waited for them: they are dropped.
        """
        return [job.decode() for job in self._pipe.run(self._clear, (), (repo,))]


def _need_free(repo: str, key: str, records: Mapping[str, ServiceRecord]) -> None:
    if key not in records:
        raise InputError(
            f"{repo}: there is no service {key}{nearest(key, tuple(records)[:_NAMED])}"
        )
    needed_by = [one.key for one in records.values() if key in one.needs()]
    if needed_by:
        some = ", ".join(needed_by[:_SHOWN])
        raise ConflictError(f"{key} is needed by {len(needed_by)} services: {some}")
