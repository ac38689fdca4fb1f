"""Work that speaks with other machines and takes its time, and how far it is.

It goes on when whoever began it hangs up, and it is forgotten with the process: a clone that a
killed rack left is swept away, a pull or push can be done again.
"""

import time
from collections.abc import Callable
from typing import Any

import gevent
import msgspec

from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.robot.git import Tell

_KEPT = 100


class Transfer(msgspec.Struct, kw_only=True):
    """A clone, pull or push.

    Attributes:
        state: `running`, `ok` or `error`.
        progress: Its last line, as git tells it.
        is_wrong: With an error: what was asked for is wrong; trying again will not help.
        result: What came of it.
    """

    repo: str
    what: str
    began: float
    state: str = "running"
    progress: str = ""
    error: str = ""
    is_wrong: bool = False
    result: Any = None


class Transfers:
    """The newest transfer of each repository.

    Args:
        report: Told of errors that are neither InputError nor OpsError.
    """

    def __init__(self, *, report: Callable[[BaseException], None]) -> None:
        self._report = report
        self._by_repo: dict[str, Transfer] = {}

    def begin(self, repo: str, what: str, work: Callable[[Tell], Any]) -> Transfer:
        """Start work in the background and return how far it is: not at all.

        Args:
            work: Gets what its progress is told to; returns the result.

        Raises:
            ConflictError: Another one of this repository runs.
        """
        former = self._by_repo.pop(repo, None)
        if former is not None and former.state == "running":
            self._by_repo[repo] = former
            raise ConflictError(f"a {former.what} of {repo} is running")
        made = self._by_repo[repo] = Transfer(repo=repo, what=what, began=time.time())
        for name in list(self._by_repo)[:-_KEPT]:
            if self._by_repo[name].state != "running":
                del self._by_repo[name]
        gevent.spawn(self._run, made, work)
        return made

    def get(self, repo: str) -> Transfer:
        """Return the newest transfer of a repository.

        Raises:
            InputError: None is known.
        """
        found = self._by_repo.get(repo)
        if found is None:
            raise InputError(f"no clone, pull or push of {repo} is known since the cockpit started")
        return found

    def _run(self, made: Transfer, work: Callable[[Tell], Any]) -> None:
        def tell(line: str) -> None:
            made.progress = line

        try:
            made.result = work(tell)
            made.state = "ok"
        except (InputError, OpsError) as error:
            made.error, made.is_wrong = str(error), isinstance(error, InputError)
            made.state = "error"
        except Exception as error:  # noqa: BLE001 - the edge of a greenlet: a bug is reported
            self._report(error)
            made.error = "an error of ours; it was recorded"
            made.state = "error"
