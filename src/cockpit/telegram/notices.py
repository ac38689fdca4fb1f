"""What goes out to people: `telegram` events with `io: output`, whoever publishes them.

event → whom it means → a message for each chat, recorded once; repeats become a counter
question → everybody who is asked, with its answers as buttons

See: original.md §3.5; issue 6, points 6 and 7.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from cockpit import events
from cockpit.access.person import Person
from cockpit.bus import keys
from cockpit.errors import InputError
from cockpit.robot import Question
from cockpit.telegram.asked import Watch
from cockpit.telegram.buttons import MOST, Button, Buttons
from cockpit.telegram.commands import alarm as alarm_command
from cockpit.telegram.follows import is_old
from cockpit.telegram.house import House
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.progress import Progress
from cockpit.telegram.talks import Talk, Talks
from cockpit.telegram.text import Text, bold, lines, plain

_KEEP_S = 7 * 86_400
_SAME_S = 60
_SQUEEZE_FROM = 5
_MOST_WAITING = 200
_TARGETS = ("chat_id", "channel", "to", "who", "username", "group")
_NOTHING: tuple[Any, ...] = (None, "", [])


class Notices:
    """Brings what is published to chats.

    Args:
        may_hear: Tells whether a group may be written to.
    """

    def __init__(
        self,
        house: House,
        outgoing: Outgoing,
        buttons: Buttons,
        talks: Talks,
        progress: Progress,
        *,
        may_hear: Callable[[int], bool],
    ) -> None:
        self._house = house
        self._pipe = house.pipe
        self._outgoing = outgoing
        self._buttons = buttons
        self._talks = talks
        self._progress = progress
        self._may_hear = may_hear

    def tell(self, event: events.Telegram) -> None:
        """Bring an output event to the chats that it means; told again it changes nothing."""
        if event.io != "output":
            return
        if is_old(event, self._house.clock()):
            self._note(event, "told nobody: it waited for more than a day")
            return
        if event.action == "message":
            self._tell(event)
        elif event.action == "service.communication":
            # Of what nobody waits for an answer to, only the words are left.
            is_asked = self._house.questions.find(str(event.args.get("key", "")))
            self.ask() if is_asked else self._tell(event)

    def _tell(self, event: events.Telegram) -> None:
        text = _text(event)
        receivers = self._receivers(event)
        if not receivers and not event.meta.get("message"):
            # Who has no chat has a mail of `tell`.
            self._note(event, "told nobody: they have no chat")
        for chat, person in receivers.items():
            self._send(event, chat, text)
            if person and event.meta.get("message"):
                name = f"{event.id}:{chat}"
                self._house.postman.brought(str(event.meta["message"]), person, name)

    def _note(self, event: events.Telegram, told: str) -> None:
        """Let the trail of an event say what became of it."""
        self._pipe.call("SET", keys.telegram_done(event.id), told, "EX", _KEEP_S)

    def ask(self) -> None:
        """Bring the questions that wait to everybody who is asked by now."""
        for question in self._house.questions.newest(_MOST_WAITING, "waiting"):
            for person in map(self._house.directory.find, question.to):
                if person and person.telegram_id:
                    self._ask(question, person)

    def _ask(self, question: Question, person: Person) -> None:
        name, chat = f"question:{question.id}:{person.name}", person.telegram_id
        watch = Watch("question", question.id, question.text, chat)
        if self._outgoing.find(name):
            # Again, for whoever was interrupted between the message and this.
            self._progress.watch(name, watch)
            return
        text = lines([bold(question.service), plain(question.text)])
        asked = {"question": question.id}
        talk = self._talks.get(chat, chat)
        if not talk.asked:
            # What is written next is the answer, unless something else is asked already.
            self._talks.put(chat, chat, Talk(talk.repo, "question answer", asked))
        if question.options:
            shown = question.options[:MOST]
            buttons = [[Button(one, "question answer", asked | {"text": one})] for one in shown]
            if left := question.options[MOST:]:
                text = text + f"\nor write one of {len(left)} others: {', '.join(left)}"
        else:
            buttons = [[Button("Answer", "question answer", asked)]]
            text = text if talk.asked else text + "\nWrite the answer."
        self._outgoing.put(name, chat, text, rows=self._buttons.rows(chat, buttons))
        self._progress.watch(name, watch)

    def _receivers(self, event: events.Telegram) -> dict[int | str, str]:
        """Return chat → name of the person there, "" for a chat that is nobody's."""
        directory, given = self._house.directory, _named(event)
        name = next((name for name, value in given.items() if value not in _NOTHING), "")
        if name == "chat_id":
            one = _chat(given[name])
            # SECURITY: in groups only where it is allowed, whoever asks for it.
            is_fine = one and (isinstance(one, str) or one > 0 or self._may_hear(one))
            return {one: ""} if is_fine else {}
        if name == "channel":
            return {f"@{str(given[name]).removeprefix('@')}": ""}
        if name:
            return _chats(directory.audience(_names(given[name])).to)
        # Whoever left it empty did not mean everybody.
        return {} if given else _chats(directory.people())

    def _send(self, event: events.Telegram, chat: int | str, text: Text) -> None:
        name = f"{event.id}:{chat}"
        if self._outgoing.find(name):
            return
        # In a channel nobody presses a button whom we could know.
        rows = self._buttons.rows(chat, [] if isinstance(chat, str) else self._about(event))
        if first := self._squeezed(chat, name, text):
            known, count = first
            said = text + plain(f"\n(x {count} within a minute)")
            if self._outgoing.change(known, said, rows=rows):
                return
        self._outgoing.put(name, chat, text, rows=rows, event=event.id)

    def _about(self, event: events.Telegram) -> list[list[Button]]:
        """Return what can be done about what a notice tells of."""
        meta: dict[str, Any] = event.meta
        if alarm := meta.get("alarm"):
            try:
                return alarm_command.buttons(self._house.alarms.get(str(alarm)))
            except InputError:
                return []  # Its time has passed.
        if meta.get("source") == "robot" and (job := meta.get("job")):
            row = [Button("Retry", "dead retry", {"text": str(job)})]
            if parent := meta.get("parent"):
                row.append(Button("Why", "why", {"text": str(parent)}))
            return [[*row, Button("Drop", "dead drop", {"text": str(job)})]]
        return []

    def _squeezed(self, chat: int | str, name: str, text: Text) -> tuple[str, int] | None:
        """Return the first of equal messages, and how many they are, from the fifth on."""
        digest = hashlib.blake2b(text.plain.encode(), digest_size=8).hexdigest()
        key = keys.telegram_told(chat, f"same-{digest}")
        raw = self._pipe.call("GET", key)
        first, _, count = (raw.decode() if raw else f"{name} 0").rpartition(" ")
        left = self._pipe.call("TTL", key) if raw else _SAME_S
        number = int(count) + 1
        self._pipe.call("SET", key, f"{first} {number}", "EX", max(1, left))
        return (first, number) if number >= _SQUEEZE_FROM else None


def _text(event: events.Telegram) -> Text:
    args = event.args
    said = plain(args.get("msg") or args.get("message") or args.get("text") or "")
    service = str(args.get("service") or "")
    return lines([bold(service), said]) if service else said


def _named(event: events.Telegram) -> dict[str, Any]:
    """Return what an event says of whom it is for; nothing is everybody."""
    given = {name: event.args[name] for name in _TARGETS if name in event.args}
    if given.get("chat_id", "") is None:
        del given["chat_id"]  # So the robots of 2016 wrote to everybody.
    return given or ({"to": event.to} if event.to else {})


def _names(who: Any) -> list[str]:
    several = who if isinstance(who, list | tuple) else str(who).split(",")
    return [str(one) for one in several]


def _chats(people: list[Person]) -> dict[int | str, str]:
    return {one.telegram_id: one.name for one in people if one.telegram_id}


def _chat(value: Any) -> int | str:
    if isinstance(value, str) and value.startswith("@"):
        return value
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0
