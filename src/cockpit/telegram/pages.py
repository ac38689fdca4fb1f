"""Choosing from what there is: a few buttons for each page. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from cockpit.telegram.asked import Asked, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.talks import Talk
from cockpit.telegram.text import Text, plain

_ROWS = 8
_WIDE = 20


def choice(
    asked: Asked,
    prompt: Text | str,
    options: Sequence[str],
    *,
    labels: Mapping[str, str] | None = None,
    does: str = "",
    more: dict[str, Any] | None = None,
) -> Reply:
    """Let somebody choose: each option is a button that completes the command.

    Args:
        labels: What stands on the button of an option, by default the option.
        does: The command that an option completes, by default the one that asks.
        more: What that command is given beside it.
    """
    does = does or asked.name
    args = asked.args | (more or {})
    page = int(args.pop("page", 0))
    labels = labels or {}
    wide = _columns([labels.get(one, one) for one in options])
    per_page = _ROWS * wide
    shown = options[page * per_page : (page + 1) * per_page]
    buttons = [Button(labels.get(one, one), does, args | {"text": one}) for one in shown]
    rows = [buttons[at : at + wide] for at in range(0, len(buttons), wide)]
    turn = []
    if page:
        turn.append(Button("« back", asked.name, args | {"text": asked.text, "page": page - 1}))
    if len(options) > (page + 1) * per_page:
        turn.append(Button("more »", asked.name, args | {"text": asked.text, "page": page + 1}))
    if turn:
        rows.append(turn)
    text = prompt if isinstance(prompt, Text) else plain(prompt)
    return Reply(text=text, rows=rows, is_change=asked.is_button)


def question(asked: Asked, prompt: Text | str, *, does: str = "", **args: Any) -> Reply:
    """Ask for a text: whatever is written next completes the command."""
    text = prompt if isinstance(prompt, Text) else plain(prompt)
    talk = Talk(asked.talk.repo, does or asked.name, asked.args | args)
    return Reply(text=text + "\n/cancel to leave it.", talk=talk)


def _columns(options: Sequence[str]) -> int:
    return 2 if options and max(map(len, options)) <= _WIDE else 1
