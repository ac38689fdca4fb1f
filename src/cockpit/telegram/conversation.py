"""What people write in chats is understood and answered.

event of a chat → who is it, may they → command → reply → a message of its own, or a changed one

Rule 1: a reply is named by the event that it answers, so an event that comes again answers nothing
        twice.
Rule 2: what somebody may do is looked up when they ask, also by a button of an old message.
"""

from collections.abc import Callable, Sequence
from typing import Any

from cockpit import events
from cockpit.access.person import Person, Role
from cockpit.errors import ConflictError, InputError, OpsError, nearest
from cockpit.telegram.asked import Asked, Command, Reply, Watch
from cockpit.telegram.buttons import Button, Buttons
from cockpit.telegram.gate import Gate
from cockpit.telegram.orders import why
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.progress import Progress
from cockpit.telegram.talks import Talk, Talks
from cockpit.telegram.text import Text, bold, lines, plain, pre
from cockpit.telegram.update import Origin, origin_of

_GROUPS = {"project": "repo", "bp": "blueprint"}
_SAME = (
    ("create", "add", "start"),
    ("execute", "exec", "start"),
    ("show", "see", "inspect"),
    ("delete", "del", "remove"),
    ("simulate", "sim"),
)
"""Words of 2016 that mean the same; where a group has one of them, the others are understood."""

_NOTED = 500
_QUESTION = "question answer"
_STRANGER = "I do not know you. Whoever runs this cockpit can send you a link that lets you in."
_HELLO = "Hello {name}: you may {role}. /help tells what there is."


class Conversation:
    """Answers people.

    Args:
        documents: Answers a file that somebody sent.
        toast: Ends the waiting of whoever pressed a button, and tells them something.
        report: Told of what nobody expected.
    """

    def __init__(
        self,
        gate: Gate,
        talks: Talks,
        outgoing: Outgoing,
        buttons: Buttons,
        progress: Progress,
        *,
        commands: Sequence[Command],
        documents: Callable[[Asked], Reply],
        toast: Callable[[Origin, str], None],
        report: Callable[[BaseException], None],
    ) -> None:
        self._gate = gate
        self._talks = talks
        self._outgoing = outgoing
        self._buttons = buttons
        self._progress = progress
        self._commands = {one.name: one for one in commands}
        self._documents = documents
        self._toast = toast
        self._report = report

    def listed(self) -> list[tuple[str, str]]:
        """Return the commands as Telegram lists them: name, and a line about it."""
        groups: dict[str, list[str]] = {}
        for one in self._written():
            groups.setdefault(one.group, []).append(one.name.partition(" ")[2] or one.about)
        listed = [(group, ", ".join(words)) for group, words in groups.items()]
        listed = [row for row in listed if row[0] != "errorsof"]
        return [*listed, ("help", "What there is"), ("cancel", "Leave what is asked")]

    def hear(self, event: events.Telegram) -> None:
        """Answer what came from a chat.

        Raises:
            OpsError: Redis is away; the same event comes again.
        """
        origin = origin_of(event)
        if not origin.chat:
            return
        is_start = event.action == "command" and event.args.get("name") == "start"
        if is_start and not origin.is_private:
            self._gate.spoil(origin, str(event.args.get("text", "")))
        person = self._gate.person(origin)
        if not self._gate.is_open(origin):
            if person is None and event.action in ("command", "button"):
                self._gate.is_first_time(origin)
            return
        if is_start:
            person = self._start(event, origin, person)
            if person is None:
                return
        elif person is None:
            self._refuse(event, origin)
            return
        else:
            self._answer(event, origin, person)

    def _start(
        self, event: events.Telegram, origin: Origin, person: Person | None
    ) -> Person | None:
        token = str(event.args.get("text", ""))
        try:
            accepted = self._gate.accept(origin, token) or person
        except InputError as error:
            self._say(event, origin, Reply(text=plain(why(error))))
            return None
        if accepted is None:
            self._refuse(event, origin)
            return None
        hello = plain(_HELLO.format(name=accepted.name, role=accepted.role))
        self._say(event, origin, Reply(text=hello))
        return accepted

    def _refuse(self, event: events.Telegram, origin: Origin) -> None:
        if event.action == "button":
            self._toast(origin, "You may not do that.")
        # A group is no place to say it; that they came is noted there as well.
        is_asked = origin.is_private or event.action in ("command", "button")
        if is_asked and self._gate.is_first_time(origin) and origin.is_private:
            self._say(event, origin, Reply(text=plain(_STRANGER)))

    def _answer(self, event: events.Telegram, origin: Origin, person: Person) -> None:
        talk = self._talks.get(origin.chat, origin.user)
        asked = self._asked(event, origin, person, talk)
        if asked is None:
            return
        is_refused = False
        try:
            reply = self._reply(asked)
        except (InputError, OpsError) as error:
            # What was asked for may be written better, unless its time is over.
            is_refused = event.action == "message" and not isinstance(error, ConflictError)
            text = _problem(error) + ("\n/cancel to leave it." if is_refused else "")
            reply = Reply(text=text, toast="That did not work.")
        except Exception as error:  # noqa: BLE001 - one request must not end the conversation
            self._report(error)
            reply = Reply(text=plain("Something went wrong here; whoever runs this was told."))
        if asked.is_button:
            self._toast(origin, reply.toast)
        self._say(event, origin, reply)
        kept = None if is_refused else _kept(asked, reply)
        if kept is not None:
            self._talks.put(origin.chat, origin.user, kept)

    def _asked(
        self, event: events.Telegram, origin: Origin, person: Person, talk: Talk
    ) -> Asked | None:
        """Return what somebody asks for; None when it is nothing for us."""
        given: dict[str, Any] = {
            "origin": origin, "person": person, "talk": talk, "event": event.id,
        }  # fmt: skip
        text = str(event.args.get("text", ""))
        if event.action == "command":
            name, rest = self._named(str(event.args.get("name", "")), text)
            return Asked(name=name, text=rest, **given)
        if event.action == "button":
            button = self._buttons.find(str(event.args.get("data", "")), origin.chat)
            if button is None:
                self._toast(origin, "This button does nothing any more.")
                return None
            args = {name: value for name, value in button.args.items() if name != "text"}
            text = str(button.args.get("text", ""))
            return Asked(name=button.does, text=text, args=args, is_button=True, **given)
        if event.action == "document":
            return Asked(name="document", text="", args=dict(event.args), **given)
        if event.action == "message" and event.meta.get("kind") == "message" and talk.asked:
            return Asked(name=talk.asked, text=text, args=talk.args, **given)
        return None

    def _named(self, group: str, text: str) -> tuple[str, str]:
        """Return the whole name of a command, and what stands behind it."""
        is_project, group = group == "project", _GROUPS.get(group, group)
        word, *more = text.split(maxsplit=1) or [""]
        rest = more[0] if more else ""
        same = [one for several in _SAME if word.lower() in several for one in several]
        known = {one.name for one in self._written()}
        for one in (word.lower(), *same):
            if f"{group} {one}" in known:
                return f"{group} {one}", rest.strip()
        # `/project NAME` of 2016 chose one.
        return ("repo select", text) if is_project and text else (group, text)

    def _written(self) -> list[Command]:
        """Return the commands that people write."""
        return [one for one in self._commands.values() if not one.is_inner]

    def _reply(self, asked: Asked) -> Reply:
        if asked.name == "cancel":
            text = plain(
                "Left." if asked.talk.asked or asked.is_button else "There is nothing to leave."
            )
            return Reply(text=text, talk=Talk(asked.talk.repo), is_change=asked.is_button)
        if asked.name == "help":
            return Reply(text=self._help(asked))
        if asked.name == "document":
            self._admit(asked, "operate")
            return self._documents(asked)
        command = self._commands.get(asked.name)
        if command is None:
            return self._menu(asked)
        self._admit(asked, command.role, is_noted=command.is_noted)
        return command.run(asked)

    def _admit(self, asked: Asked, role: Role, *, is_noted: bool = True) -> None:
        """Refuse what somebody may not do; what they may stands in the audit log before it is done.

        Raises:
            InputError: Their role is too low.
        """
        is_fine = asked.may(role)
        if is_noted or not is_fine:
            status = 0 if is_fine else 403
            self._gate.note(asked.person.name, asked.whole[:_NOTED], asked.origin, status=status)
        if not is_fine:
            what = "a file" if asked.name == "document" else f"/{asked.name}"
            raise InputError(f"{what} takes the role {role}, and you have {asked.person.role}")

    def _menu(self, asked: Asked) -> Reply:
        """Offer the commands of a group, or say that there is none of that name."""
        several = [one for one in self._written() if one.group == asked.name]
        word = asked.words[0] if asked.words else ""
        if not several:
            groups = {one.group for one in self._written()}
            meant = nearest(asked.name, groups, lists=False)
            raise InputError(f"I know no /{asked.name}{meant}. /help tells what there is.")
        rows = [[Button(one.about, one.name)] for one in several if asked.may(one.role)]
        head = f"/{asked.name} has no {word}. What then?" if word else f"/{asked.name}: what?"
        return Reply(text=plain(head), rows=rows)

    def _help(self, asked: Asked) -> Text:
        told = [bold("What there is for you:")]
        for one in self._written():
            if asked.may(one.role):
                usage = f" {one.usage}" if one.usage else ""
                told.append(plain(f"/{one.name}{usage} · {one.about}"))
        told.append(plain("/cancel · Leave what is asked"))
        told.append(plain("A file that is YAML is taken for a blueprint, any other is kept."))
        return lines(told)

    def _say(self, event: events.Telegram, origin: Origin, reply: Reply) -> None:
        if not reply.text and not reply.document:
            return
        rows = self._buttons.rows(origin.chat, reply.rows)
        if reply.is_change and origin.message and self._change(origin, reply, rows):
            return
        name = f"{event.id}:0"
        self._outgoing.put(
            name,
            origin.chat,
            reply.text,
            rows=rows,
            document=reply.document,
            file_name=reply.name,
            event=event.id,
        )
        if reply.watch:
            self._progress.watch(name, Watch(*reply.watch, reply.text.plain, origin.chat))

    def _change(self, origin: Origin, reply: Reply, rows: list[list[dict[str, Any]]]) -> bool:
        """Let the message whose button was pressed say the reply; False when it is not ours."""
        name = self._outgoing.by_number(origin.chat, origin.message)
        if not name or not self._outgoing.change(name, reply.text, rows=rows):
            return False
        if reply.watch:
            self._progress.watch(name, Watch(*reply.watch, reply.text.plain, origin.chat))
        return True


def _kept(asked: Asked, reply: Reply) -> Talk | None:
    """Return what is talked about from now on; None when that stays as it is."""
    talk, new = asked.talk, reply.talk
    if not talk.asked:
        return new
    is_left = asked.name == "cancel" and not asked.is_button
    is_same = asked.name == _QUESTION and asked.args.get("question") == talk.args.get("question")
    if talk.asked == _QUESTION and not (is_same or is_left):
        # A question of a service waits for its answer through whatever else is asked for.
        return Talk(new.repo, talk.asked, talk.args) if new and not new.asked else new
    # What was asked for is answered, unless the answer asks again.
    return new or (None if asked.is_button and asked.name != talk.asked else Talk(talk.repo))


def _problem(error: InputError | OpsError) -> Text:
    told = why(error)
    return pre(told) if "\n" in told else plain(told)
