"""The job while it runs, as an action sees it."""

from functools import cached_property
from types import SimpleNamespace
from typing import Any

import msgspec

from cockpit import events
from cockpit.robot.spelled import Spelled
from JumpScale.namespace import absent


class Running(msgspec.Struct, dict=True, eq=False):
    """One attempt of a job.

    Attributes:
        id: Named by its cause; the same in every attempt, so it can key work done elsewhere.
        attempt: 1 for the first.
        event_id: The event that caused it, or the run, or the time.
        event: What the action receives.
        service: The service that it runs for.
        is_change: Data or a template changed; the payload has the new values.
    """

    id: str
    attempt: int
    event_id: str
    action: str
    event: events.Event
    service: Any = None
    is_change: bool = False

    def of(self, service: Any, action: str, event: events.Event) -> "Running":
        """Return the job as another action called by this one sees it."""
        is_change = self.is_change and event is self.event
        return Running(self.id, self.attempt, self.event_id, action, event, service, is_change)

    @cached_property
    def model(self) -> SimpleNamespace:
        """The job as the model of AYS 8.1: `job.model.args` is the payload, free to be changed.

        The payload is the arguments of a generic event, and all fields of any other.
        """
        args = events.to_mapping(self.event)
        if isinstance(self.event, events.Generic):
            args = Spelled(args["args"]) if self.is_change else args["args"]
        key = getattr(self.service, "key", "")
        role, _, instance = key.partition("!")
        made = {"actorName": role, "serviceName": instance, "actionName": self.action}
        return SimpleNamespace(args=args, dbobj=SimpleNamespace(**made, state="running"))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"job.{name}")
