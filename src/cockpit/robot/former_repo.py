"""`service.aysrepo`: how actions written for AYS 8 find other services of their repository.

Roles match exactly: in AYS 8.1 they were regular expressions, so that `vdc` also found `vdcfarm`.
Names of instances and states are expressions still, that match as a whole.
Making services from an action is not provided: blueprints and `auto` make them.

See: AYS 8, lookups of 8.0 and 8.1.
"""

import re
from typing import Any

from cockpit.ays import long_key
from cockpit.robot.member import Member
from JumpScale.exceptions import Input, NotFound
from JumpScale.namespace import absent


class FormerRepo:
    """The repository of one service, with the names of 8.0 and of 8.1.

    Args:
        path: Its directory on this machine.
    """

    def __init__(self, member: Member, path: Any) -> None:
        self._member = member
        self.name = member.repo
        self.path = self.basepath = str(path)

    def getService(  # noqa: N802 - the name of AYS 8
        self, role: str, instance: str = "main", die: bool = True
    ) -> Member | None:
        """Return a service; None when it is not there and `die` is not set.

        Raises:
            NotFound: It is not there.
        """
        found = self._member.find(role=role, instance=instance)
        if not found and die:
            raise NotFound(f"there is no service {role}!{instance} in {self.name}")
        return found[0] if found else None

    serviceGet = getService  # noqa: N815

    def getServiceFromKey(self, key: str) -> Member | None:  # noqa: N802
        """Return a service by `role!instance`, or by its long key; a repository before is ignored.

        Raises:
            NotFound: It is not there.
        """
        wanted = long_key.parse("!".join(key.split("!")[-2:]))
        found = self._member.find(role=wanted.role, instance=wanted.instance, template=wanted.name)
        return self._first(found, {"key": key})

    def findServices(  # noqa: N802, PLR0917
        self,
        instance: str = "",
        parent: Any = None,
        first: bool = False,
        role: str = "",
        templatename: str = "",
        hasAction: str = "",  # noqa: N803
    ) -> Any:
        """Return the services that are so; with `first` the first one.

        Raises:
            NotFound: `first`, and there is none.
        """
        wanted = {"instance": instance, "role": role, "template": templatename}
        found = _having(self._member.find(parent=_key(parent), **wanted), hasAction)
        return self._first(found, wanted | {"action": hasAction}) if first else found

    def servicesFind(  # noqa: N802, PLR0917
        self,
        name: str = "",
        actor: str = "",
        state: str = "",
        parent: Any = "",
        producer: Any = "",
        hasAction: str = "",  # noqa: N803
        includeDisabled: bool = True,  # noqa: N803
        first: bool = False,
    ) -> Any:
        """Return the services that are so; `actor` is a role (`node`, `node.*`) or a template.

        Args:
            name: An expression that the whole instance matches.
            state: One that the state of `install` matches.
            includeDisabled: Of AYS 8; here no service is disabled.

        Raises:
            Input: `name` or `state` is no expression; `j.exceptions.Input`.
            NotFound: `first`, and there is none.
        """
        del includeDisabled
        role, _, rest = actor.partition(".")
        of = {"template": actor} if rest.strip("*") else {"role": role}
        found = self._member.find(parent=_key(parent), producer=_key(producer), **of)
        if name:
            found = [one for one in found if _matches(name, one.instance)]
        if state:
            found = [one for one in found if _matches(state, one.states().get("install", "new"))]
        wanted = {"instance": name, **of, "state": state, "action": hasAction}
        found = _having(found, hasAction)
        return self._first(found, wanted) if first else found

    def _first(self, found: list[Member], wanted: dict[str, str]) -> Member:
        if not found:
            told = ", ".join(f"{name} {value}" for name, value in wanted.items() if value)
            raise NotFound(f"there is no service with {told or 'any name'} in {self.name}")
        return found[0]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"service.aysrepo.{name}")


def _having(found: list[Member], action: str) -> list[Member]:
    return [one for one in found if not action or action in one.action_names]


def _matches(expression: str, text: str) -> bool:
    try:
        return re.fullmatch(expression, text) is not None
    except re.error as error:
        raise Input(f"servicesFind: {expression!r} is no expression: {error}") from error


def _key(service: Any) -> str:
    return service if isinstance(service, str) else getattr(service, "key", "")
