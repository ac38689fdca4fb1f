"""How fast Telegram may be written to: 30 messages a second in all, one a second in a chat. Pure.

Groups take 20 a minute. A short burst to one chat is allowed, as Telegram allows it.

See: Bot API FAQ, "My bot is hitting limits".
"""

IN_ALL_PER_S = 30
_WINDOW_S = 1.0
_CHAT_S = 1.0
_GROUP_S = 3.0


class Pace:
    """When the next message may go.

    Args:
        per_s: Messages in a second, to all chats.
    """

    def __init__(self, per_s: int = IN_ALL_PER_S) -> None:
        self._sent: list[float] = []
        self._per_s = per_s
        self._rests_until = 0.0

    def wait_s(self, now: float) -> float:
        """Return how long to wait before anything is sent; 0 is not at all."""
        self._sent = [at for at in self._sent if at > now - _WINDOW_S]
        wait = self._rests_until - now
        if len(self._sent) >= self._per_s:
            wait = max(wait, self._sent[-self._per_s] + _WINDOW_S - now)
        return max(0.0, wait)

    def note(self, now: float) -> None:
        """Count a message."""
        self._sent.append(now)

    def rest(self, until: float) -> None:
        """Send nothing until then: Telegram asked for it."""
        self._rests_until = max(self._rests_until, until)


def again_s(chat: int | str) -> float:
    """Return how long after a message the next one may go to the same chat, in seconds."""
    is_group = isinstance(chat, str) or chat < 0
    return _GROUP_S if is_group else _CHAT_S
