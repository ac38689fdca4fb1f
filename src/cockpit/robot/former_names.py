"""What actions written for AYS 8 call a service's things by; each is one thing of today.

See: AYS 8, objects an action receives.
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, cast

from cockpit.ays.generation import generation
from cockpit.robot.former_job import FormerJob
from cockpit.robot.former_repo import FormerRepo
from cockpit.robot.member import Member
from JumpScale.exceptions import BUG, AYSNotFound, Input
from JumpScale.executor import LocalExecutor
from JumpScale.namespace import READ

# Words of AYS 8 that are like none of today: a hint would lead astray.
_GONE = frozenset({"consume", "delete", "recipe"})


class NoProducersError(AYSNotFound, KeyError):
    """There are no producers of a role; a KeyError, as AYS 8 had it."""

    __str__ = Exception.__str__


class Siblings:
    """`service.actions.install()` is `service.run("install")`; `service=other` acts on another."""

    def __init__(self, service: "FormerNames") -> None:
        self._service = service

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        return partial(self._call, name)

    def _call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        on = kwargs.get("service", args[0] if args else None)
        return self._service.act(name, args, kwargs, on=on if isinstance(on, Member) else None)


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

    def run(self, action: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call another action of this service."""
        raise NotImplementedError

    def act(
        self,
        action: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        on: Member | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call an action of this service, on another one or with another payload."""
        raise NotImplementedError

    def has(self, action: str) -> bool:
        """Tell whether its template has an action."""
        raise NotImplementedError

    def log(self, text: str) -> None:
        """Add a line to the job's output."""
        raise NotImplementedError

    @property
    def path(self) -> Path:
        """The directory of its repository on this machine."""
        raise NotImplementedError

    @property
    def actions(self) -> Siblings:
        """Its actions as methods."""
        return Siblings(self)

    @property
    def logger(self) -> Logger:
        """The job's output as a logger."""
        return Logger(self.log)

    @property
    def parents(self) -> list["FormerNames"]:
        """Its parent, the parent of that one, …: the nearest first."""
        found: list[FormerNames] = []
        above = self.parent
        while above is not None:
            found.append(cast("FormerNames", above))
            above = above.parent
        return found

    @property
    def producers(self) -> dict[str, list[Member]]:
        """The services that it consumes, by role; in AYS 8.0 its parent was one of them."""
        found, parent = super().producers, self.parent
        if parent is not None and generation(self.path) == "8.0":
            several = found.setdefault(parent.role, [])
            if parent not in several:
                several.append(parent)
        return found

    @property
    def executor(self) -> Any:
        """What `getExecutor` of this service, else of its nearest parent, returns for it.

        Only where nobody has one it is the executor of this machine: a command that is meant for
        another machine must not run here.
        """
        for one in (self, *self.parents):
            if one.has("getExecutor"):
                try:
                    return one.run("getExecutor")
                except AttributeError as error:
                    # Of a property it would mean that there is no `executor`.
                    raise BUG(f"getExecutor of {one.key}: {error}") from error
        return LocalExecutor()

    @property
    def aysrepo(self) -> FormerRepo:
        """Its repository, to find other services in."""
        return FormerRepo(self, self.path)

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

    @property
    def dataJSON(self) -> str:  # noqa: N802
        """Its data as JSON, the keys in camel case."""
        return self.model.dataJSON

    def getProducers(self, role: str) -> list[Member]:  # noqa: N802
        """Return the producers of a role.

        Raises:
            NoProducersError: There are none: a KeyError.
        """
        if role not in self.producers:
            raise NoProducersError(f"{self.key} has no producers of role {role}")
        return self.producers[role]

    def get_consumers(self) -> list[Member]:
        """Return the services that consume it."""
        return self.consumers

    def runAction(self, name: str) -> Any:  # noqa: N802
        """Call another action of this service."""
        return self.run(name)

    def getAction(self, name: str) -> Callable[..., Any]:  # noqa: N802
        """Return another action of this service."""
        action: Callable[..., Any] = getattr(self.actions, name)
        return action

    def executeAction(self, action: str, args: Any = None, inprocess: bool = True) -> Any:  # noqa: N802
        """Call another action of this service with arguments: its `job.model.args`."""
        del inprocess
        return self.getJob(action, args).executeInProcess()

    def getJob(self, actionName: str, args: Any = None) -> FormerJob:  # noqa: N802, N803
        """Return a call of another action of this service with arguments, to be made."""
        return FormerJob(self, actionName, args or {})

    def scheduleAction(  # noqa: N802
        self,
        action: str,
        args: Any = None,
        period: Any = None,
        log: bool = True,
        force: bool = False,
    ) -> None:
        """Have the next run do an action; one that is ok only with `force`.

        Raises:
            Input: It has arguments or a period, which nothing would keep: `j.exceptions.Input`.
        """
        del log
        if args or period:
            raise Input(f"service.scheduleAction({action!r}): no args or period; see {READ}")
        if force or self.states().get(action) != "ok":
            self.state.set(action, "scheduled")

    def save(self) -> None:
        """Do nothing: data is stored when it is set."""

    saveAll = reload = hrdCreate = save  # noqa: N815

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        known = [] if name in _GONE else [one for one in dir(self) if one[0] != "_"]
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"see {READ}"
        raise AttributeError(f"service.{name} is not provided by Cockpit: {hint}")
