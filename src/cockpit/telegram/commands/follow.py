"""`/follow`: a chat hears of events without any template."""

from cockpit import events
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.follows import Follows
from cockpit.telegram.pages import choice
from cockpit.telegram.text import Text, bold, code, lines, plain


class FollowCommands:
    """What a chat follows."""

    def __init__(self, follows: Follows) -> None:
        self._follows = follows

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("follow", "read", "Hear of events", self.follow, "TYPE [WHERE]", is_act=True),
            Command("unfollow", "read", "Hear of them no more", self.unfollow, is_act=True),
        ]

    def follow(self, asked: Asked) -> Reply:
        """Follow events of a type, for which an expression is true."""
        type_, _, where = asked.text.partition(" ")
        if type_ not in events.TYPES:
            known = self._told(asked.origin.chat)
            prompt = lines([*known, plain("Events of which type shall this chat hear of?")])
            return choice(asked, prompt, events.TYPES)
        made = self._follows.add(asked.origin.chat, type_, where.strip(), by=asked.person.name)
        text = "This chat hears of events of type " + bold(made.type)
        return Reply(text=text + (plain(" where ") + code(made.where) if made.where else ""))

    def unfollow(self, asked: Asked) -> Reply:
        """Follow one thing less, or nothing more."""
        found = self._follows.of(asked.origin.chat)
        if asked.args.get("key"):
            self._follows.remove(asked.origin.chat, str(asked.args["key"]))
            return Reply(text=plain("This chat hears of it no more."), is_change=asked.is_button)
        if not found:
            return Reply(text=plain("This chat follows nothing. /follow begins."))
        rows = [
            [Button(f"{one.type} {one.where}".strip(), asked.name, {"key": key})]
            for key, one in found.items()
        ]
        return Reply(text=plain("What shall this chat hear of no more?"), rows=rows)

    def _told(self, chat: int) -> list[Text]:
        return [
            plain(f"This chat hears of {one.type} {one.where}".rstrip())
            for one in self._follows.of(chat).values()
        ]
