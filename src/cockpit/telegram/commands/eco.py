"""`/eco` and `/errors`: errors, equal ones counted as one."""

import datetime as dt

from cockpit.eco.kept import Kept, Wanted
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.house import House
from cockpit.telegram.pages import choice
from cockpit.telegram.text import Text, bold, code, lines, plain, pre

_MOST = 10
_MOST_ERRORS = 20
_LONG = 1_500


class EcoCommands:
    """Ecos in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("eco list", "read", "List ecos", self.listing, "[TEXT]"),
            Command("eco show", "read", "Show one", self.show, "ID"),
            Command("eco close", "operate", "Say that one is dealt with", self.close, "ID"),
            Command("eco reopen", "operate", "Say that it is not", self.reopen, "ID"),
            Command("errors", "read", "The last 20 different errors", self.errors, "[TEXT]"),
            Command("errorsof", "read", "Those that hold a text", self.errors, "TEXT"),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List ecos, those seen last first."""
        found = self._house.ledger.page(Wanted(text=asked.text), _MOST).ecos
        if not found:
            return Reply(text=plain("There is no eco."))
        return Reply(text=lines(_short(one) for one in found))

    def show(self, asked: Asked) -> Reply:
        """Show an eco, with the code around the line."""
        if not asked.text:
            return self._choose(asked)
        return Reply(text=_whole(self._house.ledger.get(asked.text)), rows=self._rows(asked.text))

    def close(self, asked: Asked) -> Reply:
        """Say that an eco is dealt with; when it comes again, it is opened again."""
        if not asked.text:
            return self._choose(asked)
        found = self._house.ledger.close(asked.text, asked.person.name)
        return Reply(text=_short(found), is_change=asked.is_button)

    def reopen(self, asked: Asked) -> Reply:
        """Say that a closed eco is not dealt with."""
        if not asked.text:
            return self._choose(asked, "CLOSED")
        found = self._house.ledger.reopen(asked.text, asked.person.name)
        return Reply(text=_short(found), is_change=asked.is_button)

    def errors(self, asked: Asked) -> Reply:
        """List the last errors in one line each."""
        found = self._house.ledger.page(Wanted(text=asked.text), _MOST_ERRORS).ecos
        told = [f"{one.eco.occurence} x " + code(one.eco.error_msg[:200]) for one in found]
        return Reply(text=lines(told) or plain("There is none."))

    def _rows(self, guid: str) -> list[list[Button]]:
        found = self._house.ledger.get(guid)
        does = "eco reopen" if found.eco.state == "CLOSED" else "eco close"
        label = "Reopen" if found.eco.state == "CLOSED" else "Close"
        row = [Button(label, does, {"text": found.eco.guid})]
        if found.event:
            row.append(Button("Why", "why", {"text": found.event}))
        return [row]

    def _choose(self, asked: Asked, state: str = "") -> Reply:
        found = self._house.ledger.page(Wanted(state=state), _MOST).ecos
        guids = [one.eco.guid for one in found]
        return choice(asked, "Which eco?", guids) if guids else self.listing(asked)


def _short(found: Kept) -> Text:
    eco = found.eco
    return (
        code(eco.guid[:8]) + f" {eco.state} {eco.occurence} x {eco.app_name}: {eco.error_msg[:200]}"
    )


def _whole(found: Kept) -> Text:
    eco = found.eco
    parts = [
        bold(eco.error_msg[:_LONG]),
        plain(f"{eco.eco_type} {eco.state} · {eco.app_name} · {eco.category}"),
        plain(f"{eco.occurence} times, last {_time(eco.last_time)}, first {_time(eco.epoch)}"),
        plain(f"{eco.func_filename}:{eco.line_nbr} in {eco.func_name}"),
        pre(eco.code[:_LONG]),
    ]
    parts += [plain("because of ") + code(one) for one in found.parents[:3]]
    return lines(part for part in parts if part)


def _time(epoch: int) -> str:
    return dt.datetime.fromtimestamp(epoch).astimezone().strftime("%Y-%m-%d %H:%M:%S")
