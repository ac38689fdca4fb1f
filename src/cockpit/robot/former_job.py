"""`service.getJob(name, args)`: an action of a service as AYS 8.1 calls it with arguments."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from JumpScale.namespace import absent

if TYPE_CHECKING:
    from cockpit.robot.former_names import FormerNames


class FormerJob:
    """A call that is not made yet; `model.args` is what it receives, free to be changed."""

    def __init__(self, service: "FormerNames", action: str, args: Mapping[str, Any]) -> None:
        self.service = service
        self.action = action
        self.model = SimpleNamespace(args=dict(args))

    def executeInProcess(self) -> Any:  # noqa: N802 - the name of AYS 8
        """Call the action here and now and return what it returns."""
        return self.service.act(self.action, payload=self.model.args)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise absent(f"service.getJob(…).{name}")
