"""What `args` of a telegram event must hold, by `io` and `action`. Pure.

The table is docs/events.md, and what comes in or is published is held against it. An action that is
not in it may hold anything.

See: the specification, "telegram"; issue 6.
"""

from typing import Any

import msgspec

from cockpit.errors import InputError
from cockpit.events.kinds import Event, Io, Telegram


class Arg(msgspec.Struct, frozen=True):
    """One argument.

    Attributes:
        kind: `text`, `number`, `mapping` or `any`.
        instead: Arguments that may stand in its place.
    """

    name: str
    about: str
    kind: str = "text"
    is_required: bool = True
    instead: tuple[str, ...] = ()


class Action(msgspec.Struct, frozen=True):
    """One action of a telegram event."""

    io: Io
    name: str
    about: str
    args: tuple[Arg, ...]


_WHERE = Arg("repo", "The repository; else `meta.repo`, else the only one.", is_required=False)
_WHO = (
    Arg("who", "People, groups or calendars.", "any", is_required=False),
    Arg("to", "Names of people.", "any", is_required=False),
    Arg("chat_id", "One chat.", "any", is_required=False),
    Arg("channel", "A channel, `@name`.", is_required=False),
)

ACTIONS: tuple[Action, ...] = (
    Action(
        "input",
        "repo.create",
        "Makes a repository; a space in its name becomes `-`.",
        (Arg("name", "What it is called.", instead=("repo_path",)),),
    ),
    Action(
        "input",
        "bp.create",
        "Saves and executes a blueprint; installs nothing.",
        (
            Arg("name", "Its file, `1_nodes.yaml`.", instead=("path",)),
            Arg("content", "The blueprint."),
            _WHERE,
        ),
    ),
    Action(
        "input",
        "service.execute",
        "Runs an action of a service.",
        (
            Arg("name", "The service, `role!instance`.", instead=("service", "role")),
            Arg("instance", "Beside `role`.", is_required=False),
            Arg("action", "Its action."),
            _WHERE,
        ),
    ),
    Action("input", "message", "A text in a chat.", (Arg("text", "What was written."),)),
    Action(
        "input",
        "command",
        "A command in a chat.",
        (Arg("name", "Without `/`."), Arg("text", "What stands behind it.")),
    ),
    Action("input", "button", "A button was pressed.", (Arg("data", "Its token."),)),
    Action(
        "input",
        "document",
        "A file was sent.",
        (
            Arg("name", "What it is called."),
            Arg("file", "By which Telegram gives it."),
            Arg("size", "In bytes.", "number"),
            Arg("caption", "The text below it."),
        ),
    ),
    Action(
        "input",
        "update",
        "Anything else that Telegram sends.",
        (Arg("kind", "As Telegram calls it."), Arg("update", "As it was sent.", "mapping")),
    ),
    Action(
        "output",
        "message",
        "Is sent to those named, else to everybody whom the robot knows.",
        (Arg("msg", "What is said.", instead=("message", "text")), *_WHO),
    ),
    Action(
        "output",
        "service.communication",
        "A question of a service.",
        (
            Arg("message", "What is asked."),
            Arg("key", "The question's id."),
            Arg("keyboard", "The answers to choose from.", "any", is_required=False),
            Arg("expect_response", "Whether it waits.", "any", is_required=False),
            *_WHO[:2],
        ),
    ),
)
_BY_NAME = {(one.io, one.name): one for one in ACTIONS}
_KINDS: dict[str, tuple[type, ...]] = {"text": (str,), "number": (int,), "mapping": (dict,)}


def check(event: Event) -> None:
    """Refuse a telegram event whose arguments are not those of its action.

    Raises:
        InputError: One is missing, or is no such thing; names it.
    """
    if not isinstance(event, Telegram):
        return
    action = _BY_NAME.get((event.io, event.action))
    for arg in action.args if action else ():
        _check_one(arg, event.args)


def argument(event: Telegram, name: str) -> str:
    """Return an argument as text, by whichever of its names it was given; "" when it was not."""
    action = _BY_NAME.get((event.io, event.action))
    meant = (one for one in (action.args if action else ()) if one.name == name)
    names = next(((one.name, *one.instead) for one in meant), (name,))
    return str(next((event.args[one] for one in names if one in event.args), ""))


def _check_one(arg: Arg, args: dict[str, Any]) -> None:
    given = next((name for name in (arg.name, *arg.instead) if name in args), "")
    if not given:
        if arg.is_required:
            raise InputError(f"args.{arg.name}: missing")
        return
    kinds = _KINDS.get(arg.kind)
    if kinds and not isinstance(args[given], kinds):
        raise InputError(f"args.{given}: it is no {arg.kind}")
