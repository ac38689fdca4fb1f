"""The one who reads the log for the chat: what came from chats is answered, what goes out is sent.

Group `telegram` → orders, conversation, notices, follows → acknowledged

Each chat has its own greenlet, so one that asks for much holds up no other; within a chat the order
is kept. An event is acknowledged after all that follows from it is stored.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gevent

from cockpit import events
from cockpit.bus import Group, Pipe, keys
from cockpit.bus.log import decode_entry
from cockpit.errors import InputError, OpsError
from cockpit.telegram.conversation import Conversation
from cockpit.telegram.follows import Follows
from cockpit.telegram.insisting import insist
from cockpit.telegram.lanes import Lanes
from cockpit.telegram.notices import Notices
from cockpit.telegram.orders import Orders
from cockpit.telegram.update import origin_of

_BATCH = 200
_BLOCK_MS = 5_000
_PAUSES_S = (0.2, 1.0)
_KEEP_DONE_S = 7 * 86_400


@dataclass(frozen=True)
class Chat:
    """What a bot adds: without one only orders are carried out."""

    conversation: Conversation
    notices: Notices
    follows: Follows


class Desk:
    """Reads events.

    Args:
        is_genuine: Tells whether an event is what Telegram sent: nobody else speaks for a person.
        report: Told of what nobody expected.
        on_order: Told an event that asked for something, and what became of it.
    """

    def __init__(
        self,
        pipe: Pipe,
        group: Group,
        orders: Orders,
        chat: Chat | None,
        *,
        is_genuine: Callable[[events.Telegram], bool],
        report: Callable[[BaseException], None],
        on_order: Callable[[events.Telegram, str], None],
    ) -> None:
        self._pipe = pipe
        self._group = group
        self._orders = orders
        self._chat = chat
        self._is_genuine = is_genuine
        self._report = report
        self._on_order = on_order

    def run(self) -> None:
        """Read until killed.

        Raises:
            OpsError: Redis is away; what was not acknowledged comes again.
        """
        self._group.ensure()
        while batches := self._group.pending(_BATCH):
            self.batches(batches)
        lanes = Lanes(self._lane)
        try:
            while True:
                read = self._group.read(_BATCH, block_ms=_BLOCK_MS)
                for name, entries in _sorted(read).items():
                    lanes.put(name, entries)
                lanes.check()
        finally:
            lanes.kill()

    def batches(self, batches: list[tuple[str, list[Any]]]) -> None:
        """Take entries as the group returned them.

        Raises:
            OpsError: Redis is away.
        """
        working = [gevent.spawn(self._lane, lane) for lane in _sorted(batches).values()]
        try:
            gevent.joinall(working)
        finally:
            # Whoever reads next takes what is left; it must not be done by two.
            gevent.killall(working)
        for one in working:
            if one.value is not None:
                raise one.value

    def _lane(self, entries: Sequence[tuple[str, Any]]) -> OpsError | None:
        for topic, (name, event) in entries:
            try:
                if event is not None:
                    self._take(event)
                self._group.acknowledge(topic, [name])
            except OpsError as error:
                return error
        return None

    def _take(self, event: events.Event) -> None:
        try:
            if isinstance(event, events.Telegram):
                self._take_telegram(event)
            if self._chat is not None:
                self._chat.follows.tell(event)
        except OpsError:
            raise
        except Exception as error:  # noqa: BLE001 - one event must not hold up the others
            self._report(error)

    def _take_telegram(self, event: events.Telegram) -> None:
        if not (event.io == "output" or _is_of_chat(event)):
            self._carry_out(event)
        elif self._chat is not None:
            if event.io == "output":
                self._chat.notices.tell(event)
            elif self._is_genuine(event):
                self._hear(self._chat, event)

    def _hear(self, chat: Chat, event: events.Telegram) -> None:
        """Let somebody be answered, once: a command that comes again after a crash is done."""
        key = keys.telegram_told(origin_of(event).chat, f"heard-{event.id}")
        if self._pipe.call("EXISTS", key):
            return
        chat.conversation.hear(event)
        self._pipe.call("SET", key, 1, "EX", _KEEP_DONE_S)

    def _carry_out(self, event: events.Telegram) -> None:
        key = keys.telegram_done(event.id)
        if self._pipe.call("EXISTS", key):
            return
        try:
            # It holds nothing else up for long: that it failed stands in its trail.
            told = insist(lambda: self._orders.carry_out(event), _PAUSES_S)
        except (InputError, OpsError) as error:
            told = f"not done: {error}"
        if told:
            self._pipe.call("SET", key, told, "EX", _KEEP_DONE_S)
            self._on_order(event, told)


def _sorted(batches: list[tuple[str, list[Any]]]) -> dict[str, list[tuple[str, Any]]]:
    """Return what must be done in order, by the name of its lane: a chat, or a topic."""
    lanes: dict[str, list[tuple[str, Any]]] = {}
    for topic, entries in batches:
        for entry in entries:
            event = _decoded(topic, entry)
            lane = topic
            if isinstance(event, events.Telegram) and _is_of_chat(event):
                lane = f"chat {origin_of(event).chat}"
            lanes.setdefault(lane, []).append((topic, (entry[0], event)))
    return lanes


def _decoded(topic: str, entry: Any) -> events.Event | None:
    """Return an event; None for what is none: the dispatcher keeps that, with the reason."""
    if not entry[1]:
        return None
    try:
        return decode_entry(topic.removeprefix("ckpt."), entry)
    except InputError:
        return None


def _is_of_chat(event: events.Telegram) -> bool:
    """Tell whether an event is what somebody did in a chat, not what an order asks for."""
    return (
        event.io == "input"
        and event.action in ("command", "message", "button", "document", "update")
        and event.meta.get("source") == "telegram"
    )
