"""`/status`: how the cockpit is; and the questions that wait for an answer."""

import msgspec

from cockpit.errors import ConflictError
from cockpit.robot import Question
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import MOST, Button
from cockpit.telegram.house import House
from cockpit.telegram.pages import question
from cockpit.telegram.text import bold, lines, plain

_MOST = 20


class StatusCommands:
    """The state of the cockpit, and questions, in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("status", "read", "How the cockpit is", self.status),
            Command("question list", "read", "Questions that wait", self.listing),
            Command("question answer", "read", "Answer one", self.answer, "ID ANSWER", is_act=True),
        ]

    def status(self, asked: Asked) -> Reply:
        """Tell how the cockpit is."""
        found = self._house.status()
        counts = found["counts"]
        jobs = ", ".join(f"{n} {state}" for state, n in counts["jobs"].items() if n) or "none"
        events = ", ".join(f"{n} {type_}" for type_, n in counts["events"].items() if n) or "none"
        told = [
            bold("cockpit ") + str(found["version"]),
            plain(f"events: {events}"),
            plain(f"jobs: {jobs}"),
            plain(f"alarms: {counts['alarms']['firing']} firing"),
            plain(f"mails in the outbox: {counts['outbox']}"),
            plain(f"memory: {found['memory']['used']:.0%}"),
            *(plain(f"! {note}") for note in found["notes"][:_MOST]),
        ]
        return Reply(text=lines(told))

    def listing(self, asked: Asked) -> Reply:
        """List the questions that wait, for whoever is asked or may see all."""
        waiting = self._house.questions.newest(_MOST, "waiting")
        found = [one for one in waiting if self._may(asked, one)]
        if not found:
            return Reply(text=plain("Nobody is asked anything."))
        rows = [[Button(one.text[:40], "question answer", {"question": one.id})] for one in found]
        told = [f"{', '.join(one.to) or one.who}: {one.text}" for one in found]
        return Reply(text=lines(map(plain, told)), rows=rows)

    def answer(self, asked: Asked) -> Reply:
        """Answer a question; the first answer counts.

        Raises:
            ConflictError: Somebody else is asked, or there is no such question.
        """
        if not asked.args.get("question"):
            if not asked.text:
                return self.listing(asked)
            name, _, said = asked.text.partition(" ")
            args = {"question": name}
            asked = msgspec.structs.replace(asked, args=args, text=said.strip())
        found = self._house.questions.find(str(asked.args["question"]))
        if found is None:
            raise ConflictError(f"there is no question {asked.args['question']}")
        if not self._may(asked, found):
            raise ConflictError(f"{', '.join(found.to) or found.who} is asked")
        if not asked.text:
            rows = [
                [Button(one, asked.name, {"question": found.id, "text": one})]
                for one in found.options[:MOST]
            ]
            if rows:
                return Reply(text=plain(found.text), rows=rows)
            return question(asked, found.text)
        done = self._house.questions.answer(found.id, asked.text, by=asked.person.name)
        text = plain(done.text) + "\n" + bold(done.answer) + f" by {done.by}"
        return Reply(text=text, is_change=asked.is_button)

    def _may(self, asked: Asked, question: Question) -> bool:
        # SECURITY: whoever is not asked sees and answers a question only if they may operate.
        return asked.person.name in question.to or asked.may("operate")
