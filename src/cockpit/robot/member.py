"""A service among the services of its repository, as actions see it: data, states, relations.

Everything is read when it is first asked for.

See: AYS 8, objects an action receives.
"""

import re
from functools import cached_property
from typing import Any

import msgspec

from cockpit import ays
from cockpit.ays.run import STATES
from cockpit.bus import Pipe, keys
from cockpit.errors import InputError
from cockpit.robot.data import Data
from cockpit.robot.vault import Vault

_SEPARATORS = re.compile(r"[._]")


class Member:
    """One service: `service` itself, its parent, and its producers."""

    def __init__(self, pipe: Pipe, *, repo: str, key: str, vault: Vault | None = None) -> None:
        self.repo = repo
        self.key = key
        self.role, _, self.instance = key.partition("!")
        self._pipe = pipe
        self._vault = vault

    def __repr__(self) -> str:
        return f"<service {self.key} of {self.repo}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Member) and (self.repo, self.key) == (other.repo, other.key)

    def __hash__(self) -> int:
        return hash((self.repo, self.key))

    @cached_property
    def hrd(self) -> Data:
        """The service's data."""
        return Data(
            self._pipe,
            f"{self.repo}/{self.key}",
            record=lambda: self._record,
            template=self._template_name,
            vault=self._vault,
        )

    def _template_name(self) -> str:
        return self._record.template

    @property
    def model(self) -> "Model":
        """The same data as attributes: `model.data.sshPort` is `hrd.get("ssh.port")`."""
        return Model(self)

    @property
    def state(self) -> "States":
        """The states of its actions."""
        return States(self._pipe, f"{self.repo}/{self.key}")

    @property
    def parent(self) -> "Member | None":
        """The service that it lives in."""
        return self._member(self._record.parent) if self._record.parent else None

    @property
    def producers(self) -> dict[str, list["Member"]]:
        """The services that it consumes, by role."""
        return {
            role: [self._member(key) for key in several]
            for role, several in self._record.producers.items()
        }

    @property
    def consumers(self) -> list["Member"]:
        """The services that consume it."""
        return [
            self._member(record.key)
            for record in self._others()
            if any(self.key in several for several in record.producers.values())
        ]

    @property
    def children(self) -> list["Member"]:
        """The services that live in it."""
        return [self._member(one.key) for one in self._others() if one.parent == self.key]

    def find(
        self,
        *,
        role: str = "",
        instance: str = "",
        template: str = "",
        parent: str = "",
        producer: str = "",
    ) -> list["Member"]:
        """Return the services of its repository that are all of this, by key; "" is anything.

        Args:
            parent: The key of the service that they live in.
            producer: The key of a service that they consume.
        """
        return [
            self._member(one.key)
            for one in self._others()
            if role in ("", one.role)
            and instance in ("", one.instance)
            and template in ("", one.template)
            and parent in ("", one.parent)
            and (not producer or any(producer in keys for keys in one.producers.values()))
        ]

    @cached_property
    def _record(self) -> ays.ServiceRecord:
        raw = self._pipe.call("HGET", keys.SERVICES, f"{self.repo}/{self.key}")
        if raw is None:
            raise InputError(f"service {self.key} of {self.repo} is gone")
        return msgspec.json.decode(raw, type=ays.ServiceRecord)

    def _others(self) -> list[ays.ServiceRecord]:
        rows = self._pipe.call("HVALS", keys.SERVICES)
        records = (msgspec.json.decode(raw, type=ays.ServiceRecord) for raw in rows)
        found = [one for one in records if one.repo == self.repo]
        return sorted(found, key=lambda record: record.key)

    def _member(self, key: str) -> "Member":
        return Member(self._pipe, repo=self.repo, key=key, vault=self._vault)


class Model:
    """A service as the model of AYS 8.1."""

    def __init__(self, member: Member) -> None:
        self.role, self.key, self.name = member.role, member.key, member.instance
        self.data = Attributes(member)


class Attributes:
    """Data as attributes: dots and underscores of a key are camel case here."""

    def __init__(self, member: Member) -> None:
        object.__setattr__(self, "_member", member)

    def __getattr__(self, name: str) -> Any:
        hrd = self._member.hrd
        key = self._key(name)
        if key is None:
            known = ", ".join(_camel(entry.key) for entry in hrd.entries()) or "none"
            raise AttributeError(f"{self._member.key} has no data {name}; known: {known}")
        return hrd.get(key)

    def __setattr__(self, name: str, value: object) -> None:
        self._member.hrd.set(self._key(name) or name, value)

    def _key(self, name: str) -> str | None:
        wanted = _SEPARATORS.sub("", name).lower()
        entries = self._member.hrd.entries()
        return next((e.key for e in entries if _SEPARATORS.sub("", e.key).lower() == wanted), None)


class States:
    """The state of each action; one that no run touched is `new`."""

    def __init__(self, pipe: Pipe, service: str) -> None:
        self._pipe = pipe
        self._service = service
        self._key = keys.state(service)

    def get(self, action: str) -> str:
        """Return the state of an action."""
        raw = self._pipe.call("HGET", self._key, action)
        return raw.decode() if raw else "new"

    def set(self, action: str, state: str) -> None:
        """Set the state of an action.

        Raises:
            InputError: There is no such state.
        """
        if state not in STATES:
            raise InputError(f"state: {state!r} is none of {', '.join(STATES)}")
        self._pipe.calls([("HSET", self._key, action, state), keys.mirror_again(self._service)])


def _camel(key: str) -> str:
    first, *rest = _SEPARATORS.split(key)
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
