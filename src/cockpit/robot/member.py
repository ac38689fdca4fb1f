"""A service among the services of its repository, as actions see it: data, states, relations.

Everything is read when it is first asked for.

See: AYS 8, objects an action receives.
"""

from functools import cached_property
from typing import Any

import msgspec

from cockpit import ays
from cockpit.ays import action_state
from cockpit.ays.run import STATES
from cockpit.bus import Pipe, keys
from cockpit.errors import InputError
from cockpit.robot import disabled
from cockpit.robot.data import Data, store
from cockpit.robot.model import Model
from cockpit.robot.vault import Vault
from JumpScale.namespace import absent


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
    def model(self) -> Model:
        """The same data as attributes: `model.data.sshPort` is `hrd.get("ssh.port")`."""
        return Model(self)

    @model.setter
    def model(self, value: object) -> None:
        del value
        raise absent("service.model = … of AYS 8.0")

    @property
    def template(self) -> str:
        """The template's name."""
        return self._record.template

    @property
    def action_names(self) -> list[str]:
        """The actions that its template is known to have: of the services of an attempt only."""
        return []

    def period_s(self, action: str) -> float:
        """Return how often an action recurs, in seconds; 0 when it does not."""
        return self._record.recurring.get(action, 0.0)

    @property
    def state(self) -> "States":
        """The states of its actions."""
        place = f"{self.repo}/{self.key}"
        return States(self._pipe, place, is_former=self._is_former, vault=self._vault)

    @property
    def _is_former(self) -> bool:
        """Whether who asks knows the states by their old names."""
        return False

    def states(self) -> dict[str, str]:
        """Return the states of its actions by name, those that were ever set."""
        flat = self._pipe.call("HGETALL", keys.state(f"{self.repo}/{self.key}"))
        texts = [raw.decode() for raw in flat]
        return dict(zip(texts[::2], texts[1::2], strict=True))

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


class States:
    """The state of each action; one that no run touched is `new`.

    Args:
        is_former: Told are the names of AYS 8.0: `OK`, `INIT`; `set` takes both always.
        vault: Knows the secrets that the attempt has seen.
    """

    def __init__(
        self, pipe: Pipe, service: str, *, is_former: bool = False, vault: Vault | None = None
    ) -> None:
        self._pipe = pipe
        self._service = service
        self._is_former = is_former
        self._vault = vault
        self._key = keys.state(service)

    def get(self, action: str) -> str:
        """Return the state of an action."""
        raw = self._pipe.call("HGET", self._key, action)
        state = raw.decode() if raw else "new"
        return action_state.FORMER[state] if self._is_former else state

    def set(self, action: str, state: str) -> None:
        """Set the state of an action.

        Raises:
            InputError: There is no such state, the service is gone, or the action is a secret.
        """
        if self._vault:
            self._vault.refuse(action, "state.set(…): an action")
        today = action_state.TODAY.get(state, state)
        if today not in STATES:
            raise InputError(f"state: {state!r} is none of {', '.join(STATES)}")
        store(self._pipe, self._service, "state", action, today)
        disabled.note(self._pipe, self._service, action, today)

    def save(self) -> None:
        """Do nothing: a state is stored when it is set."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"service.state.{name}")
