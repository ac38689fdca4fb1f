"""What somebody talks about in a chat: the repository chosen, and what is asked of them now.

Kept in Redis, so a restart forgets nothing.
"""

from typing import Any

import msgspec

from cockpit.bus import Pipe, keys

_KEEP_S = 30 * 86_400


class Talk(msgspec.Struct, frozen=True):
    """One person in one chat.

    Attributes:
        repo: The repository that commands are about.
        asked: The command that the next text completes, such as `repo create`; "" is none.
        args: What that command knows already.
    """

    repo: str = ""
    asked: str = ""
    args: dict[str, Any] = {}


class Talks:
    """All of them."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe

    def get(self, chat: int, user: int) -> Talk:
        """Return what somebody talks about; nothing so far when they never did."""
        raw = self._pipe.call("GET", keys.telegram_talk(chat, user))
        try:
            return msgspec.json.decode(raw, type=Talk) if raw else Talk()
        except msgspec.ValidationError:
            return Talk()

    def put(self, chat: int, user: int, talk: Talk) -> None:
        """Keep it, for a month."""
        raw = msgspec.json.encode(talk)
        self._pipe.call("SET", keys.telegram_talk(chat, user), raw, "EX", _KEEP_S)
