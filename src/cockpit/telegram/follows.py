"""What chats follow: events of a type, with an expression, no template needed.

event → the follows of its type → a message; of an alarm or eco that is told of already, a change
"""

import hashlib
from collections.abc import Callable

import msgspec

from cockpit import events
from cockpit.ays.filter import Filter
from cockpit.bus import Pipe, keys
from cockpit.eco.alarms import Alarms
from cockpit.eco.standing import identity
from cockpit.errors import InputError
from cockpit.robot import event_filter, wants
from cockpit.telegram.buttons import Button, Buttons
from cockpit.telegram.commands import alarm as alarm_command
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.text import Text, bold, code, lines, plain

_MOST = 20
_KEEP_TOLD_S = 30 * 86_400
_BODY = 500


class Follow(msgspec.Struct, frozen=True):
    """What a chat follows, and who asked for it."""

    type: str
    where: str
    by: str


class Follows:
    """What all chats follow.

    Args:
        is_followed: Tells whether a chat may still be written to.
    """

    def __init__(
        self,
        pipe: Pipe,
        outgoing: Outgoing,
        buttons: Buttons,
        alarms: Alarms,
        *,
        may_hear: Callable[[int], bool],
    ) -> None:
        self._pipe = pipe
        self._outgoing = outgoing
        self._buttons = buttons
        self._alarms = alarms
        self._may_hear = may_hear
        self._filters: dict[str, Filter | None] = {}

    def add(self, chat: int, type_: str, where: str, *, by: str) -> Follow:
        """Let a chat follow events.

        Raises:
            InputError: The expression is wrong, or the chat follows 20 things already.
        """
        event_filter(where)
        made = Follow(type_, where, by)
        if len(self.of(chat)) >= _MOST:
            raise InputError(f"this chat follows {_MOST} things already: /unfollow")
        raw = msgspec.json.encode(made)
        key = f"{chat}:{hashlib.blake2b(raw, digest_size=6).hexdigest()}"
        self._pipe.call("HSET", keys.TELEGRAM_FOLLOWS, key, raw)
        return made

    def of(self, chat: int) -> dict[str, Follow]:
        """Return what a chat follows, by key."""
        return {key: one for key, one in self._all().items() if key.startswith(f"{chat}:")}

    def remove(self, chat: int, key: str) -> None:
        """Let a chat follow one thing less.

        Raises:
            InputError: It does not follow it.
        """
        if not key.startswith(f"{chat}:") or not self._pipe.call(
            "HDEL", keys.TELEGRAM_FOLLOWS, key
        ):
            raise InputError("this chat does not follow it")

    def tell(self, event: events.Event) -> None:
        """Tell of an event whoever follows it; told again it changes nothing."""
        if isinstance(event, events.Alarm):
            # The dispatcher does so as well; whoever is first moves the alarm.
            self._alarms.apply([event])
        for chat in self._listeners(event):
            if isinstance(event, events.Alarm):
                self._tell_alarm(chat, event)
            elif isinstance(event, events.Eco):
                self._tell_again(chat, event, f"eco:{event.guid}", is_over=False)
            else:
                self._outgoing.put(f"follow:{chat}:{event.id}", chat, _shown(event), event=event.id)

    def _listeners(self, event: events.Event) -> list[int]:
        # What goes out to chats would come again and again.
        if isinstance(event, events.Telegram) and event.io == "output":
            return []
        meant = {
            int(key.rpartition(":")[0])
            for key, one in self._all().items()
            if one.type == event.type
            and (self._wants(one.where, event) or self._is_told(key, event))
        }
        return sorted(chat for chat in meant if self._may_hear(chat))

    def _is_told(self, key: str, event: events.Event) -> bool:
        """Tell whether a chat was told of an alarm that still stands: it hears how it goes on."""
        if not isinstance(event, events.Alarm):
            return False
        chat = int(key.rpartition(":")[0])
        return bool(self._pipe.call("EXISTS", keys.telegram_told(chat, f"alarm:{identity(event)}")))

    def _tell_alarm(self, chat: int, event: events.Alarm) -> None:
        is_over = event.status.strip().lower() == "resolved"
        self._tell_again(chat, event, f"alarm:{identity(event)}", is_over=is_over)

    def _tell_again(self, chat: int, event: events.Event, what: str, *, is_over: bool) -> None:
        """Tell in one message of what is told of again and again, until it is over."""
        key = keys.telegram_told(chat, what)
        name = f"follow:{chat}:{event.id}"
        text, buttons = self._about(event)
        rows = self._buttons.rows(chat, buttons)
        raw = self._pipe.call("GET", key)
        known = raw.decode() if raw else ""
        if not (known and self._outgoing.change(known, text, rows=rows)):
            self._outgoing.put(name, chat, text, rows=rows, event=event.id)
            known = name
        if is_over:
            self._pipe.call("DEL", key)
        else:
            self._pipe.call("SET", key, known, "EX", _KEEP_TOLD_S)

    def _about(self, event: events.Event) -> tuple[Text, list[list[Button]]]:
        if isinstance(event, events.Alarm):
            # The alarm as it stands, with who has it; what the log kept of it may be trimmed.
            try:
                found = self._alarms.get(identity(event))
            except InputError:
                return _shown(event), []
            return alarm_command.told(found), alarm_command.buttons(found)
        if isinstance(event, events.Eco):
            row = [
                Button("Show", "eco show", {"text": event.guid}),
                Button("Close", "eco close", {"text": event.guid}),
            ]
            return _shown(event), [row]
        return _shown(event), []

    def _wants(self, where: str, event: events.Event) -> bool:
        if where not in self._filters:
            try:
                self._filters[where] = event_filter(where)
            except InputError:
                return False
        return wants(self._filters[where], event)

    def _all(self) -> dict[str, Follow]:
        flat = self._pipe.call("HGETALL", keys.TELEGRAM_FOLLOWS)
        return {
            raw.decode(): msgspec.json.decode(one, type=Follow)
            for raw, one in zip(flat[::2], flat[1::2], strict=True)
        }


def _shown(event: events.Event) -> Text:
    head = bold(event.type) + f" {events.summary(event)}"
    more = []
    if isinstance(event, events.Email) and event.body.strip():
        more.append(plain(event.body.strip()[:_BODY]))
    if isinstance(event, events.Eco):
        more.append(plain(f"{event.occurence} times · {event.func_filename}:{event.line_nbr}"))
    return lines([head, *more, code(event.id)])
