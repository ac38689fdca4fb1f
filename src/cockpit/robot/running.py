"""The job while it runs, as an action sees it."""

from functools import cached_property
from types import SimpleNamespace
from typing import Any

from cockpit import events


class Running:
    """One attempt of a job.

    Attributes:
        id: Named by its cause; the same in every attempt, so it can key work done elsewhere.
        attempt: 1 for the first.
        event_id: The event that caused it; empty in a run.
        service: The service that it runs for.
    """

    service: Any = None

    def __init__(
        self, job_id: str, *, attempt: int, event_id: str, action: str, event: events.Event
    ) -> None:
        self.id = job_id
        self.attempt = attempt
        self.event_id = event_id
        self.action = action
        self._event = event

    @cached_property
    def model(self) -> SimpleNamespace:
        """The job as the model of AYS 8.1: `job.model.args` is the payload, free to be changed.

        The payload is the arguments of a generic event, and all fields of any other.
        """
        args = events.to_mapping(self._event)
        if isinstance(self._event, events.Generic):
            args = args["args"]
        key = getattr(self.service, "key", "")
        role, _, instance = key.partition("!")
        made = {"actorName": role, "serviceName": instance, "actionName": self.action}
        return SimpleNamespace(args=args, dbobj=SimpleNamespace(**made, state="running"))
