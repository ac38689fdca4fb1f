"""What is asked of the robot in a chat, and what it answers. Pure."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from cockpit.access.person import ROLES, Person, Role
from cockpit.telegram.buttons import Button
from cockpit.telegram.talks import Talk
from cockpit.telegram.text import Text
from cockpit.telegram.update import Origin


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A command, with what it is given.

    Attributes:
        name: Whole, such as `repo list`.
        event: The id of the event that it came in; names what is made of it.
        text: What was written behind it, or what a button or an earlier step chose.
        args: What a button or an earlier step knows beside it.
        is_button: A button was pressed, whose message may be changed.
    """

    name: str
    origin: Origin
    person: Person
    talk: Talk
    event: str
    text: str = ""
    args: dict[str, Any] = {}
    is_button: bool = False

    @property
    def words(self) -> list[str]:
        """What was written, as words."""
        return self.text.split()

    @property
    def repo(self) -> str:
        """The repository that it is about; "" when none is chosen."""
        return str(self.args.get("repo") or self.talk.repo)

    @property
    def whole(self) -> str:
        """What is asked for in one line, as the audit log has it."""
        known = [f"{name}={value}" for name, value in self.args.items() if name != "page"]
        return " ".join(part for part in (f"/{self.name}", self.text, *known) if part)

    def may(self, role: Role) -> bool:
        """Tell whether whoever asks may do what takes this role."""
        return ROLES.index(self.person.role) >= ROLES.index(role)


class Watch(msgspec.Struct, frozen=True):
    """What a message tells the progress of.

    Attributes:
        kind: `event`: the jobs of events, whose ids stand in `id`; `run`; `question`.
        title: Its first line.
    """

    kind: Literal["event", "run", "question"]
    id: str
    title: str
    chat: int
    shown: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What is answered.

    Attributes:
        talk: What is talked about from now on; None leaves it as it is.
        document: `<space>/<digest>` of a file that goes with it, called `name`.
        watch: Kind and id of what the message goes on telling of.
        is_change: It takes the place of the message whose button was pressed.
        toast: Said over the chat to whoever pressed a button.
    """

    text: Text
    rows: list[list[Button]] = []
    talk: Talk | None = None
    document: str = ""
    name: str = ""
    watch: tuple[Literal["event", "run"], str] | None = None
    is_change: bool = False
    toast: str = ""


class Command(msgspec.Struct, frozen=True):
    """Something that people may ask for.

    Attributes:
        name: One word, or a group and one: `repo list`.
        role: What it takes.
        about: One line of help.
        usage: What may stand behind it.
        run: Answers it; raises InputError, OpsError.
        is_inner: Nobody writes it: a button or an answer leads to it.
        is_act: It changes something, though whoever may read may ask for it.
    """

    name: str
    role: Role
    about: str
    run: Callable[[Asked], Reply]
    usage: str = ""
    is_inner: bool = False
    is_act: bool = False

    @property
    def is_noted(self) -> bool:
        """Whether it stands in the audit log."""
        return self.is_act or self.role != "read"

    @property
    def group(self) -> str:
        """Its first word."""
        return self.name.partition(" ")[0]
