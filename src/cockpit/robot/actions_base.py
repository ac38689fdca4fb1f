"""What the action files of AYS 8.0 find without importing it: `ActionsBaseMgmt` and `@action`.

See: AYS 8, base class of actions; action file styles.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from cockpit.robot.questions import UnansweredError
from JumpScale.exceptions import Timeout

_F = TypeVar("_F", bound=Callable[..., Any])


class ActionsBaseMgmt:
    """The base class of `class Actions`.

    Attributes:
        service: The service that its action runs for.
    """

    service: Any = None

    def change_hrd_template(self, service: Any, originalhrd: Any) -> None:
        """The template's service.hrd changed: the next run installs again."""
        del originalhrd
        service.state.set("install", "changed")

    def change_hrd_instance(self, service: Any, originalhrd: Any) -> None:
        """The data of the service changed: the next run installs again."""
        del originalhrd
        service.state.set("install", "changed")

    def change_method(self, service: Any, methodname: str) -> None:
        """An action was rewritten: the next run runs it again."""
        service.state.set(methodname, "changed")

    def ask_telegram(
        self,
        username: str,
        message: str,
        keyboard: Sequence[str] = (),
        expect_response: bool = True,
        timeout: float = 120,
        **ignored: Any,
    ) -> str | None:
        """Ask a person and return the answer, or only say it.

        Args:
            timeout: Seconds.

        Raises:
            Timeout: Nobody answered; `j.exceptions.Timeout`.
        """
        del ignored
        who = re.sub("^@", "", username)
        if not expect_response:
            self.service.tell(who, message)
            return None
        try:
            answer: str = self.service.ask(who, message, list(keyboard), timeout=f"{timeout:g}s")
        except UnansweredError as error:
            raise Timeout(str(error)) from error
        return answer


def action(function: _F | None = None, **_: Any) -> Any:
    """Mark a method as an action, as `@action` or `@action()`: every public method is one."""
    return (lambda method: method) if function is None else function
