"""Brings messages to people by mail, and knows what a chat brought.

send (an action) → the message is stored → each whom it means gets a mail, or it is held
brought (a chat) → whoever has it there waits for no mail
round (timers) → what is held or due is tried again
"""

import contextlib
import hashlib
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from cockpit import mail
from cockpit.access.directory import Directory
from cockpit.access.person import Person
from cockpit.bus import Made, Outbox
from cockpit.errors import InputError
from cockpit.robot.messages import Message, Messages
from cockpit.robot.questions import Question, Questions

_SUBJECT = 200


class _Slot(NamedTuple):
    """Where a message keeps who got which mail, so that nobody gets two."""

    key: str
    slot: str
    job: str


class Postman:
    """The one who brings messages.

    Args:
        sender: Whom the mails come from.
        hostname: Ends their Message-IDs.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        messages: Messages,
        questions: Questions,
        directory: Directory,
        outbox: Outbox,
        *,
        sender: str,
        hostname: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._messages = messages
        self._questions = questions
        self._directory = directory
        self._outbox = outbox
        self._sender = sender
        self._hostname = hostname
        self._clock = clock

    def receivers(self, who: str | Sequence[str]) -> list[str]:
        """Return the names of those whom names mean, the backup left out."""
        return [one.name for one in self._directory.audience(who).to]

    def send(self, made: Made, who: str | Sequence[str], text: str, *, service: str) -> Message:
        """Tell people something; what this call of the job told before is not told again.

        Args:
            who: Names of people, groups and calendars; several in a list or with commas.
            service: `<repo>/<key>`, of whoever says it.

        Raises:
            OpsError: Redis is away.
        """
        message, is_new = self._messages.put(
            made, service=service, who=names(who), to=self.receivers(who), text=text
        )
        return self.deliver(message) if is_new else message

    def ask(self, made: Made, question: Question, *, backup_s: float) -> Message:
        """Tell those whom a question asks, and after a while the backup of whoever is on duty.

        Args:
            backup_s: Seconds until then.

        Raises:
            OpsError: Redis is away.
        """
        backup = [one.name for one in self._directory.audience(question.who).backup]
        message, is_new = self._messages.put(
            made,
            service=f"{question.repo}/{question.service}",
            who=question.who,
            to=question.to,
            text=question.text,
            question=question.id,
            backup=backup,
            backup_s=backup_s,
        )
        return self.deliver(message) if is_new else message

    def round(self) -> None:
        """Try what is due."""
        for message in self._messages.due():
            self.deliver(message)

    def again(self) -> None:
        """Try all that is held in the next round: somebody may be reached who could not before."""
        self._messages.hurry()

    def brought(self, message: str, person: str, what: str) -> None:
        """Take note that a chat brought a message to a person: it is held for them no more.

        Args:
            message: Its id; one that is forgotten meanwhile is no trouble.
            what: The id of what the chat sent.

        Raises:
            OpsError: Redis is away; again is harmless.
        """
        if self._messages.brought(message, person, what):
            for found in self._messages.find([message]):
                self.deliver(found)

    def deliver(self, message: Message) -> Message:
        """Bring a message to everybody who is meant and can be reached; returns it as it is then.

        Raises:
            OpsError: Redis is away; it is tried again.
        """
        question = self._questions.find(message.question) if message.question else None
        if message.question and (question is None or question.state != "waiting"):
            self._messages.end(message)
            return message
        to = message.to or self.receivers(message.who)
        if message.backup and self._clock() >= message.backup_at:
            to = list(dict.fromkeys([*to, *message.backup]))
        reached = {*message.mails, *message.chats}
        for person in self._directory.people():
            if person.name in to and person.name not in message.mails and person.mail:
                # An address that no mail can have is as good as none.
                with contextlib.suppress(InputError):
                    self._mail(message, person, question)
                    reached.add(person.name)
        if question and to != question.to:
            self._questions.asked(question.id, to)
        self._messages.note(message, to, "mailed" if to and reached.issuperset(to) else "held")
        return self._messages.find([message.id])[0]

    def _mail(self, message: Message, person: Person, question: Question | None) -> None:
        mail_id = hashlib.blake2b(f"{message.id}:{person.name}".encode(), digest_size=8).hexdigest()
        now = self._clock()
        subject = _subject(message.text)
        raw = mail.compose(
            sender=self._sender,
            to=[person.mail],
            subject=subject,
            body=message.text + (_how_to_answer(question, person) if question else ""),
            message_id=f"<{mail_id}@{self._hostname}>",
            epoch=int(now),
        )
        self._outbox.put(
            mail_id,
            sender=self._sender,
            to=[person.mail],
            subject=subject,
            raw=raw,
            epoch_ms=int(now * 1000),
            made=_Slot(message.key, f"mail:{person.name}", message.job),
        )


def names(who: str | Sequence[str]) -> str:
    """Return names as one text, separated by commas."""
    return who if isinstance(who, str) else ", ".join(who)


def _subject(text: str) -> str:
    line = next((line for line in text.replace("\0", "").splitlines() if line.strip()), "")
    return line.strip()[:_SUBJECT]


def _how_to_answer(question: Question, person: Person) -> str:
    options = " or ".join(f'"{option}"' for option in question.options) or "any text"
    return (
        f"\n\nAnswer with {options}; the first answer counts:\n"
        f"\n    cockpit question answer {question.id} ANSWER --by {person.name}\n"
    )
