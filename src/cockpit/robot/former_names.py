"""What actions written for AYS 8 call a service's things by; each is one thing of today.

See: AYS 8, objects an action receives.
"""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any

from cockpit.robot.former_repo import FormerRepo
from cockpit.robot.member import Member
from JumpScale.executor import LocalExecutor
from JumpScale.namespace import READ


class Siblings:
    """`service.actions.install()` is `service.run("install")`."""

    def __init__(self, run: Callable[[str], Any]) -> None:
        self._run = run

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *_, **__: self._run(name)


class Logger:
    """`service.logger.info(…)` is `service.log(…)`, with its level in front."""

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Callable[..., None]:
        if name not in {"debug", "info", "warning", "warn", "error", "critical", "exception"}:
            raise AttributeError(name)
        return lambda text, *args: self._log(f"{name.upper()} {str(text) % args if args else text}")


class FormerNames(Member):
    """The names of AYS 8.0 and 8.1 on `service`."""

    template: str

    def run(self, action: str) -> Any:
        """Call another action of this service."""
        raise NotImplementedError

    def log(self, text: str) -> None:
        """Add a line to the job's output."""
        raise NotImplementedError

    @property
    def actions(self) -> Siblings:
        """Its actions as methods."""
        return Siblings(self.run)

    @property
    def logger(self) -> Logger:
        """The job's output as a logger."""
        return Logger(self.log)

    @property
    def executor(self) -> Any:
        """What its own `getExecutor` returns, else the executor of this machine."""
        try:
            return self.run("getExecutor")
        except LookupError:
            return LocalExecutor()

    @property
    def aysrepo(self) -> FormerRepo:
        """Its repository, to find other services in."""
        return FormerRepo(self, getattr(self, "path", ""))

    @property
    def name(self) -> str:
        """The instance, as AYS 8.1 called it."""
        return self.instance

    @property
    def templatename(self) -> str:
        """The template's name."""
        return self.template

    @property
    def gkey(self) -> str:
        """The key with its repository: unique on this cockpit."""
        return f"{self.repo}!{self.key}"

    def getProducers(self, role: str) -> list[Member]:  # noqa: N802
        """Return the producers of a role."""
        return self.producers.get(role, [])

    def runAction(self, name: str) -> Any:  # noqa: N802
        """Call another action of this service."""
        return self.run(name)

    def executeAction(self, name: str, **_: Any) -> Any:  # noqa: N802
        """Call another action of this service."""
        return self.run(name)

    def save(self) -> None:
        """Do nothing: data is stored when it is set."""

    saveAll = reload = save  # noqa: N815

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        near = get_close_matches(name, [one for one in dir(self) if one[0] != "_"], n=1)
        hint = f"did you mean {near[0]}?" if near else f"see {READ}"
        raise AttributeError(f"service.{name} is not provided by Cockpit: {hint}")
