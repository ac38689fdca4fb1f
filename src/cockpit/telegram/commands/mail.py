"""`/mail`: what waits in the outbox."""

from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.house import House
from cockpit.telegram.pages import choice
from cockpit.telegram.text import bold, code, lines, plain, pre

_MOST = 10


class MailCommands:
    """The outbox in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("mail list", "read", "List mails", self.listing),
            Command("mail show", "operate", "Show one", self.show, "ID"),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List the newest mails."""
        found = self._house.outbox.newest(_MOST)
        if not found:
            return Reply(text=plain("The outbox is empty."))
        told = [
            code(mail.id) + f" {mail.state} to {', '.join(mail.to)}: {mail.subject}"
            for mail in found
        ]
        return Reply(text=lines(told))

    def show(self, asked: Asked) -> Reply:
        """Show a mail as it leaves."""
        if not asked.text:
            ids = [mail.id for mail in self._house.outbox.newest(_MOST)]
            return choice(asked, "Which mail?", ids) if ids else self.listing(asked)
        found = self._house.outbox.get(asked.text)
        return Reply(text=lines([bold(found.subject), pre(found.raw)]))
