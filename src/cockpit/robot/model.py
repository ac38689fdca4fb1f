"""`service.model`: a service as AYS 8.1 models it."""

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import msgspec

from JumpScale.namespace import absent

if TYPE_CHECKING:
    from cockpit.robot.member import Member

_SEPARATORS = re.compile(r"[._]")


class Model:
    """Its data as attributes, and its actions with their states."""

    def __init__(self, member: "Member") -> None:
        self._member = member
        self.role, self.key, self.name = member.role, member.key, member.instance
        self.data = Attributes(member)

    @property
    def actions(self) -> dict[str, "ModelAction"]:
        """Its actions by name."""
        return {name: ModelAction(self._member, name) for name in self.actionsState}

    @property
    def actionsState(self) -> dict[str, str]:  # noqa: N802 - the name of AYS 8
        """The state of each action by name; one that it does not have is `new`."""
        return _States(dict.fromkeys(self._member.action_names, "new") | self._member.states())

    @property
    def dbobj(self) -> SimpleNamespace:
        """What AYS 8.1 stored of it: `name`, `actorName`, `state`, which is that of `install`."""
        state = self.actionsState["install"]
        return SimpleNamespace(name=self.name, actorName=self._member.template, state=state)

    @property
    def dataJSON(self) -> str:  # noqa: N802 - the name of AYS 8
        """Its data as JSON, the keys in camel case."""
        data = {camel(entry.key): entry.value for entry in self._member.hrd.entries()}
        return msgspec.json.encode(data).decode()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"service.model.{name}")


class ModelAction:
    """An action of a service: `name`, `state`, and `period` in seconds, 0 for never."""

    def __init__(self, member: "Member", name: str) -> None:
        self._member = member
        self.name = name

    @property
    def state(self) -> str:
        """Its state; may be assigned."""
        return self._member.states().get(self.name, "new")

    @state.setter
    def state(self, state: str) -> None:
        self._member.state.set(self.name, state)

    @property
    def period(self) -> float:
        """Seconds from one time to the next."""
        return self._member.period_s(self.name)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"service.model.actions[…].{name}")


class Attributes:
    """Data as attributes: dots and underscores of a key are camel case here."""

    def __init__(self, member: "Member") -> None:
        object.__setattr__(self, "_member", member)

    def __getattr__(self, name: str) -> Any:
        hrd = self._member.hrd
        key = self._key(name)
        if key is None:
            known = ", ".join(camel(entry.key) for entry in hrd.entries()) or "none"
            raise AttributeError(f"{self._member.key} has no data {name}; known: {known}")
        return hrd.get(key)

    def __setattr__(self, name: str, value: object) -> None:
        self._member.hrd.set(self._key(name) or name, value)

    def _key(self, name: str) -> str | None:
        entries = self._member.hrd.entries()
        return next((e.key for e in entries if fold(e.key) == fold(name)), None)


class _States(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "new"


def camel(key: str) -> str:
    """Return the camel case of a key: `sshPort` of `ssh.port`."""
    first, *rest = _SEPARATORS.split(key)
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def fold(key: str) -> str:
    """Return what all spellings of a key have in common: `sshport`."""
    return _SEPARATORS.sub("", key).lower()
