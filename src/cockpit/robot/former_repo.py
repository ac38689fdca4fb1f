"""`service.aysrepo`: how actions written for AYS 8 find other services of their repository.

Roles match exactly: in AYS 8.1 they were regular expressions, so that `vdc` also found `vdcfarm`.
Making services from an action is not provided: blueprints and `auto` make them.

See: AYS 8, lookups of 8.0 and 8.1.
"""

from typing import Any

from cockpit.ays import long_key
from cockpit.robot.member import Member
from JumpScale.exceptions import NotFound
from JumpScale.namespace import READ


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

    def findServices(  # noqa: N802
        self,
        instance: str = "",
        parent: Any = None,
        first: bool = False,
        role: str = "",
        templatename: str = "",
    ) -> Any:
        """Return the services that are so; with `first` the only one.

        Raises:
            NotFound: `first`, and there is none.
        """
        wanted = {"instance": instance, "role": role, "template": templatename}
        found = self._member.find(parent=_key(parent), **wanted)
        return self._first(found, wanted) if first else found

    def servicesFind(  # noqa: N802
        self,
        name: str = "",
        actor: str = "",
        parent: Any = "",
        producer: Any = "",
        first: bool = False,
    ) -> Any:
        """Return the services that are so; `actor` is a role (`node`, `node.*`) or a template.

        Raises:
            NotFound: `first`, and there is none.
        """
        role, _, rest = actor.partition(".")
        of = {"template": actor} if rest.strip("*") else {"role": role}
        wanted = {"instance": name.removesuffix(".*"), **of}
        found = self._member.find(parent=_key(parent), producer=_key(producer), **wanted)
        return self._first(found, wanted) if first else found

    def _first(self, found: list[Member], wanted: dict[str, str]) -> Member:
        if not found:
            told = ", ".join(f"{name} {value}" for name, value in wanted.items() if value)
            raise NotFound(f"there is no service with {told or 'any name'} in {self.name}")
        return found[0]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(f"service.aysrepo.{name} is not provided by Cockpit: see {READ}")


def _key(service: Any) -> str:
    return service if isinstance(service, str) else getattr(service, "key", "")
