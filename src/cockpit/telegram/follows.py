"""What chats follow: events of a type, with an expression, no template needed.

event → the follows of its type → a message; of an alarm or eco that is told of already, a change
"""

import hashlib
from collections.abc import Callable, Sequence

import msgspec

from cockpit import events
from cockpit.ays.filter import Filter
from cockpit.bus import Pipe, keys
from cockpit.eco.alarms import Alarms
from cockpit.eco.standing import Standing, identity
from cockpit.errors import InputError
from cockpit.robot import event_filter, wants
from cockpit.telegram.buttons import Button, Buttons
from cockpit.telegram.commands import alarm as alarm_command
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.text import Text, bold, code, lines, plain

_MOST = 20
_KEEP_ALARM_S = 30 * 86_400
_KEEP_ECO_S = 86_400
_BODY = 500
_OLD_S = 86_400.0
_OVER = "over:"

_Says = tuple[Text, list[list[Button]]]
"""What a message says, and its buttons."""


class Follow(msgspec.Struct, frozen=True):
    """What a chat follows, and who asked for it."""

    type: str
    where: str
    by: str


class Follows:
    """What all chats follow.

    Args:
        may_hear: Tells whether a chat may still be written to.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        pipe: Pipe,
        outgoing: Outgoing,
        buttons: Buttons,
        alarms: Alarms,
        *,
        may_hear: Callable[[int], bool],
        clock: Callable[[], float],
    ) -> None:
        self._pipe = pipe
        self._outgoing = outgoing
        self._buttons = buttons
        self._alarms = alarms
        self._may_hear = may_hear
        self._clock = clock
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
        """Tell of an event whoever follows it; told again it changes nothing.

        What is a day old, or comes once more for the sake of actions, is no news.
        """
        if isinstance(event, events.Alarm):
            # The dispatcher does so as well; whoever is first moves the alarm.
            self._alarms.apply([event])
        if is_old(event, self._clock()) or "replay_of" in event.meta:
            return
        chats = self._listeners(event)
        if isinstance(event, events.Alarm):
            self._tell_alarm(chats, event)
            return
        for chat in chats:
            if isinstance(event, events.Eco):
                self._tell_eco(chat, event)
            else:
                self._outgoing.put(f"follow:{chat}:{event.id}", chat, _shown(event), event=event.id)

    def keep_up(self) -> None:
        """Let the messages of alarms say how those stand, whoever moved them and wherever.

        Raises:
            OpsError: Redis is away; it goes on from where it was.
        """
        place = self._pipe.call("GET", keys.TELEGRAM_MOVED) or b""
        ids, after = self._alarms.moved(place.decode())
        if not ids:
            return
        chats = {_chat(key) for key, one in self._all().items() if one.type == "alarm"}
        hearing = [chat for chat in sorted(chats) if self._may_hear(chat)]
        for id_ in dict.fromkeys(ids):
            for chat in hearing:
                known = self._open(chat, id_)
                if known and (found := self._standing(id_)):
                    self._renew(chat, known, _about(found))
        self._pipe.call("SET", keys.TELEGRAM_MOVED, after)

    def _listeners(self, event: events.Event) -> list[int]:
        # What goes out to chats would come again and again.
        if isinstance(event, events.Telegram) and event.io == "output":
            return []
        meant = {
            _chat(key)
            for key, one in self._all().items()
            if one.type == event.type
            and (self._wants(one.where, event) or self._is_told(key, event))
        }
        return sorted(chat for chat in meant if self._may_hear(chat))

    def _is_told(self, key: str, event: events.Event) -> bool:
        """Tell whether a chat was told of an alarm that still stands: it hears how it goes on."""
        if not isinstance(event, events.Alarm):
            return False
        return bool(self._open(_chat(key), identity(event)))

    def _tell_alarm(self, chats: Sequence[int], event: events.Alarm) -> None:
        found = self._standing(identity(event)) if chats else None
        for chat in chats:
            if found is None:
                # Its time has passed: the event alone is left.
                self._outgoing.put(f"follow:{chat}:{event.id}", chat, _shown(event), event=event.id)
            elif found.status == "resolved":
                self._tell_resolved(chat, event, found)
            else:
                self._tell_firing(chat, event, found)

    def _tell_firing(self, chat: int, event: events.Alarm, found: Standing) -> None:
        """Tell of an alarm in one message for each time that it fires."""
        known = self._open(chat, found.id)
        name = f"follow:{chat}:{found.id}:{found.changed():.3f}"
        if known and known != name:
            # It was resolved and fired again before anybody heard of that.
            self._renew(chat, known, (alarm_command.told(_as_over(found)), []))
            self._remember(chat, found.id, known, is_over=True)
        if known != name and found.is_silenced(self._clock()):
            return
        self._say(chat, name, event, _about(found))
        self._remember(chat, found.id, name)

    def _tell_resolved(self, chat: int, event: events.Alarm, found: Standing) -> None:
        known = self._open(chat, found.id)
        is_told = bool(self._known(chat, f"alarm:{found.id}"))
        name = known or f"follow:{chat}:{found.id}:{found.changed():.3f}"
        if known or not is_told:
            self._say(chat, name, event, _about(found))
            self._remember(chat, found.id, name, is_over=True)

    def _say(self, chat: int, name: str, event: events.Event, says: _Says) -> None:
        """Let a message say something, or a new one when it is not there (any more)."""
        if not self._renew(chat, name, says):
            rows = self._buttons.rows(chat, says[1])
            is_new = self._outgoing.put(name, chat, says[0], rows=rows, event=event.id)
            if not is_new:  # It was given up.
                again = f"follow:{chat}:{event.id}"
                self._outgoing.put(again, chat, says[0], rows=rows, event=event.id)

    def _open(self, chat: int, alarm: str) -> str:
        """Return the message that tells a chat of an alarm which is not over; "" is none."""
        known = self._known(chat, f"alarm:{alarm}")
        return "" if known.startswith(_OVER) else known

    def _remember(self, chat: int, alarm: str, name: str, *, is_over: bool = False) -> None:
        key = keys.telegram_told(chat, f"alarm:{alarm}")
        self._pipe.call("SET", key, f"{_OVER}{name}" if is_over else name, "EX", _KEEP_ALARM_S)

    def _tell_eco(self, chat: int, event: events.Eco) -> None:
        """Tell of an eco in one message a day; a change of it makes no sound."""
        key = keys.telegram_told(chat, f"eco:{event.guid}")
        says = _shown(event), _closing(event)
        # One that comes again after it was closed is news.
        is_news = event.meta.get("reason") == "reopened"
        known = "" if is_news else self._known(chat, f"eco:{event.guid}")
        if known and self._renew(chat, known, says):
            return
        name = f"follow:{chat}:{event.id}"
        rows = self._buttons.rows(chat, says[1])
        self._outgoing.put(name, chat, says[0], rows=rows, event=event.id)
        self._pipe.call("SET", key, name, "EX", _KEEP_ECO_S)

    def _known(self, chat: int, what: str) -> str:
        """Return the message that tells a chat of something now; "" is none."""
        raw = self._pipe.call("GET", keys.telegram_told(chat, what))
        return raw.decode() if raw else ""

    def _renew(self, chat: int, name: str, says: _Says) -> bool:
        """Let a message say something; False when it is gone or was given up."""
        found = self._outgoing.find(name)
        if found is not None and found.text == says[0] and found.state in ("queued", "sent"):
            return True
        return self._outgoing.change(name, says[0], rows=self._buttons.rows(chat, says[1]))

    def _standing(self, id_: str) -> Standing | None:
        try:
            return self._alarms.get(id_)
        except InputError:
            return None

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


def is_old(event: events.Event, now: float) -> bool:
    """Tell whether an event was stored so long ago that a bot which begins now keeps silent."""
    return int(event.id.split("-")[1]) / 1000 < now - _OLD_S


def _chat(key: str) -> int:
    """Return the chat of a follow."""
    return int(key.rpartition(":")[0])


def _as_over(found: Standing) -> Standing:
    """Return an alarm as its former time ended: nobody has it, nothing can be done about it."""
    return msgspec.structs.replace(found, status="resolved", ack=None, silence=None)


def _about(found: Standing) -> _Says:
    return alarm_command.told(found), alarm_command.buttons(found)


def _closing(event: events.Eco) -> list[list[Button]]:
    row = [
        Button("Show", "eco show", {"text": event.guid}),
        Button("Close", "eco close", {"text": event.guid}),
    ]
    return [row]


def _shown(event: events.Event) -> Text:
    head = bold(event.type) + f" {events.summary(event)}"
    more = []
    if isinstance(event, events.Email) and event.body.strip():
        more.append(plain(event.body.strip()[:_BODY]))
    if isinstance(event, events.Eco):
        more.append(plain(f"{event.occurence} times · {event.func_filename}:{event.line_nbr}"))
    return lines([head, *more, code(event.id)])
