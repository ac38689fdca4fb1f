"""`/alarm`: what fires, who has it, and for how long it is silent."""

import datetime as dt

from cockpit.ays import duration
from cockpit.eco.standing import Standing, Wanted
from cockpit.errors import InputError
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.house import House
from cockpit.telegram.pages import choice
from cockpit.telegram.text import Text, bold, code, lines, plain

_MOST = 15
_HISTORY = 10
_TIMES = ("1h", "4h", "1d")


class AlarmCommands:
    """Alarms in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        return [
            Command("alarm list", "read", "What fires", self.listing),
            Command("alarm show", "read", "Show one", self.show, "ID"),
            Command("alarm ack", "operate", "Say that you have it", self.ack, "ID"),
            Command("alarm silence", "operate", "Call nobody for a while", self.silence, "ID [1h]"),
            Command("alarm resolve", "operate", "Say that it is over", self.resolve, "ID"),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List the alarms that fire."""
        found = self._house.alarms.page(Wanted(status="firing"), _MOST).alarms
        if not found:
            return Reply(text=plain("Nothing fires."))
        rows = [
            [Button(f"{one.service} {one.method}", "alarm show", {"text": one.id})] for one in found
        ]
        return Reply(text=lines(told(one) for one in found), rows=rows)

    def show(self, asked: Asked) -> Reply:
        """Show an alarm, with what became of it."""
        if not asked.text:
            return self._choose(asked)
        found = self._house.alarms.get(asked.text)
        history = [
            plain(f"{_time(one.epoch)} {one.what} {one.who} {one.note}".rstrip())
            for one in found.history[-_HISTORY:]
        ]
        return Reply(text=lines([told(found), *history]), rows=buttons(found))

    def ack(self, asked: Asked) -> Reply:
        """Say that whoever asks has it."""
        if not asked.text:
            return self._choose(asked)
        found = self._named(asked)
        return self._moved(asked, self._house.alarms.ack(found.id, asked.person.name))

    def silence(self, asked: Asked) -> Reply:
        """Let an alarm call nobody for a while."""
        if not asked.text:
            return self._choose(asked)
        words = asked.words
        time = str(asked.args.get("time") or "") or (words[1] if len(words) > 1 else "")
        if not time:
            rows = [[Button(one, "alarm silence", asked.args | {"text": words[0], "time": one})
                     for one in _TIMES]]  # fmt: skip
            return Reply(text=plain("For how long?"), rows=rows)
        until = self._house.clock() + duration.parse(time)
        found = self._house.alarms.silence(self._named(asked).id, until, asked.person.name)
        return self._moved(asked, found)

    def resolve(self, asked: Asked) -> Reply:
        """Say that an alarm is over, as its sender would."""
        if not asked.text:
            return self._choose(asked)
        id_ = self._named(asked).id
        self._house.alarms.resolve(id_, asked.person.name)
        return self._moved(asked, self._house.alarms.get(id_))

    def _named(self, asked: Asked) -> Standing:
        """Return the alarm that is meant.

        Raises:
            InputError: There is none, or a button is older than what fires now: whoever pressed it
                does not know of that.
        """
        found = self._house.alarms.get(asked.words[0])
        since = asked.args.get("since", found.changed())
        if found.status == "firing" and since != found.changed():
            raise InputError(f"it was resolved, and fires anew since: /alarm show {found.id}")
        return found

    def _moved(self, asked: Asked, found: Standing) -> Reply:
        return Reply(text=told(found), rows=buttons(found), is_change=asked.is_button)

    def _choose(self, asked: Asked) -> Reply:
        found = self._house.alarms.page(Wanted(status="firing"), _MOST).alarms
        ids = [one.id for one in found]
        return choice(asked, "Which alarm?", ids) if ids else self.listing(asked)


def told(found: Standing) -> Text:
    """Return how an alarm stands."""
    sign = "🔥" if found.status == "firing" else "✅"
    head = f"{sign} " + bold(f"{found.service} {found.method}") + f" {found.status}"
    head = head + (f" · {found.severity}" if found.severity else "")
    more = [plain(found.msg)] if found.msg else []
    if found.ack:
        more.append(plain(f"{found.ack.by} has it"))
    if found.silence:
        more.append(plain(f"silent until {_time(found.silence.until)}, by {found.silence.by}"))
    if found.flapping:
        more.append(plain("it flaps"))
    return lines([head, *more, plain("alarm ") + code(found.id[:8])])


def buttons(found: Standing) -> list[list[Button]]:
    """Return what can be done about an alarm."""
    if found.status != "firing":
        return []
    about = {"text": found.id, "since": found.changed()}
    row = [] if found.ack else [Button("Acknowledge", "alarm ack", about)]
    row.append(Button("Silence 1 h", "alarm silence", about | {"time": "1h"}))
    row.append(Button("Close", "alarm resolve", about))
    return [row]


def _time(epoch: float) -> str:
    return dt.datetime.fromtimestamp(epoch).astimezone().strftime("%m-%d %H:%M:%S")
