"""One attempt of a job, as all services that its action reaches share it.

The action of one service may call those of others: they run here and now, as a part of the same
job, and what they publish or mail is keyed by it too.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from cockpit import ays, events
from cockpit.access.secrets import Secrets
from cockpit.ays.action_file import STANDARD
from cockpit.bus import Log, Made, Outbox, Pipe
from cockpit.robot.actions import Actions
from cockpit.robot.binding import Action, bind_function
from cockpit.robot.capture import Output
from cockpit.robot.postman import Postman
from cockpit.robot.posts import Posts
from cockpit.robot.questions import Questions
from cockpit.robot.running import Running
from cockpit.robot.vault import Vault
from cockpit.stor import Stor


class Context(msgspec.Struct, frozen=True):
    """What this robot lends to every service: connections, addresses, the clock."""

    pipe: Pipe
    log: Log
    outbox: Outbox
    questions: Questions
    postman: Postman
    stor: Stor
    secrets: Secrets
    repos: Path
    sender: str
    hostname: str
    posts: Posts
    clock: Callable[[], float] = time.time


class Attempt(msgspec.Struct, kw_only=True):
    """What an attempt holds.

    Attributes:
        templates: Returns the template of a service by `<repo>/<key>`.
        vault: Lends secrets to the data of services.
        wait: Waits for the answer to a question.
        answered_by: Who answered what was asked last; "" is nobody.
        is_former: The action that runs is written as AYS 8.0 did: it gets the old names of states.
    """

    context: Context
    actions: Actions
    templates: Callable[[str], ays.Template]
    job: Running
    output: Output
    vault: Vault
    wait: Callable[[str], None]
    is_former: bool = False
    answered_by: str = ""
    calls: dict[str, int] = {}

    @property
    def event(self) -> events.Event:
        """What caused the job."""
        return self.job.event

    def next(self, kind: str) -> Made:
        """Return what the next thing of a kind is keyed by."""
        self.calls[kind] = self.calls.get(kind, 0) + 1
        return Made(job=self.job.id, kind=kind, n=self.calls[kind])

    def has(self, service: str, action: str) -> bool:
        """Tell whether the template of a service has an action.

        Args:
            service: `<repo>/<key>`.

        Raises:
            LookupError: Its file cannot be read.
            Exception: Whatever running the file raises.
        """
        template = self.templates(service)
        path = template.actions_path
        return bool(path and self.actions.has(path, _module(service, template), action))

    def call(
        self,
        owner: str,
        action: str,
        service: Any,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        event: events.Event | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call an action and return what it returns.

        Args:
            owner: The service whose action it is, `<repo>/<key>`.
            service: What it acts on.
            args: What its caller passes, as `kwargs`.
            event: What it receives, by default the event of the job.
            more: What it may ask for besides event, service and job.

        Raises:
            LookupError: There is no such action, or its file cannot be read.
            InputError: It does not take what it is given.
            Exception: Whatever it raises, or running the file.
        """
        found = self._find(owner, action)
        job = self.job.of(service, action, event or self.event)
        given = {**(more or {}), "event": job.event, "service": service, "job": job}
        former, self.is_former = self.is_former, found.is_method
        try:
            return found.call(given, args, kwargs)
        finally:
            self.is_former = former

    def _find(self, service: str, action: str) -> Action:
        template = self.templates(service)
        path = template.actions_path
        is_idle = action in STANDARD and not template.has(action)
        try:
            if path is not None:
                return self.actions.find(path, _module(service, template), action)
        except SyntaxError as error:
            # Python's own words leave out the directory.
            raise SyntaxError(template.unread or str(error)) from error
        except LookupError:
            if not is_idle:
                raise
        if not is_idle:
            repo = service.partition("/")[0]
            raise LookupError(f"template {template.name} of {repo} has no actions.py")
        return bind_function(_idle, action)


def _idle(*_args: object, **_kwargs: object) -> None:
    """Do what AYS 8 did for a standard action that no template wrote."""


def _module(service: str, template: ays.Template) -> str:
    # A dot would make it a module beside another one.
    return f"actions.{service.partition('/')[0]}.{template.name}".replace(".", "!")
