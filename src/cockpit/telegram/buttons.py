"""What buttons do: kept here under a token, for Telegram carries 64 bytes.

A button is pressed in the chat that it was made for, or not at all; what it does is checked then,
by who presses it. One that is older than a month does nothing, nor does one that confirms after ten
minutes: what it was about may be another by then.
"""

import re
import secrets
from typing import Any

import msgspec

from cockpit.bus import Pipe, keys
from cockpit.telegram.text import clean

_KEEP_S = 30 * 86_400
_KEEP_SURE_S = 600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16}\Z")
_LABEL = 60
MOST = 90
"""How many stand below one message at most: what Telegram takes is not told, and is about 100."""


class Button(msgspec.Struct, frozen=True):
    """What a button says and does.

    Attributes:
        does: The command that it stands for, such as `job retry`.
        args: What the command is about.
    """

    label: str
    does: str
    args: dict[str, Any] = {}


class _Kept(msgspec.Struct, frozen=True):
    chat: str
    does: str
    args: dict[str, Any]


class Buttons:
    """The buttons of one cockpit."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    def rows(self, chat: int | str, rows: list[list[Button]]) -> list[list[dict[str, Any]]]:
        """Keep what buttons do, and return them as the Bot API takes them."""
        made: list[list[dict[str, Any]]] = []
        commands: list[tuple[Any, ...]] = []
        for row in rows:
            made.append([])
            for button in row:
                token = secrets.token_urlsafe(12)
                kept = msgspec.json.encode(_Kept(str(chat), button.does, button.args))
                keep_s = _KEEP_SURE_S if button.args.get("sure") else _KEEP_S
                commands.append(("SET", keys.telegram_button(token), kept, "EX", keep_s))
                # One without a label would keep the whole message from being sent.
                label = clean(button.label).strip()[:_LABEL] or "·"
                made[-1].append({"text": label, "callback_data": token})
        if commands:
            self._pipe.calls(commands)
        return made

    def find(self, token: str, chat: int) -> Button | None:
        """Return what a button does that was pressed in a chat; None when it does nothing."""
        # SECURITY: callback data may be anything; only a token that was made here is looked up.
        raw = self._pipe.call("GET", keys.telegram_button(token)) if _TOKEN.match(token) else None
        kept = msgspec.json.decode(raw, type=_Kept) if raw else None
        if kept is None or kept.chat != str(chat):
            return None
        return Button("", kept.does, kept.args)
