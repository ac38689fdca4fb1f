"""`/run`: plan, start and look at runs."""

from cockpit.errors import InputError
from cockpit.robot import RunView, Selection
from cockpit.telegram.asked import Asked, Command, Reply
from cockpit.telegram.buttons import Button
from cockpit.telegram.house import House
from cockpit.telegram.pages import choice
from cockpit.telegram.text import Text, bold, code, lines, plain

_SHOWN = 30
_MOST = 50
_LISTED = 10
_STATES: dict[str, tuple[str, ...]] = {
    "all": (),
    "new": ("running", "cancelling"),
    "executed": ("ok", "error", "cancelled"),
}


class RunCommands:
    """Runs in a chat."""

    def __init__(self, house: House) -> None:
        self._house = house

    def commands(self) -> list[Command]:
        """Return them."""
        usage = "[ACTION] [ROLE[!INSTANCE]]"
        return [
            Command("run list", "read", "List runs", self.listing, "[all|new|executed]"),
            Command("run show", "read", "Show one", self.show, "RUN"),
            Command("run simulate", "read", "Show what one would do", self.simulate, usage),
            Command("run start", "operate", "Start one; all that is pending", self.start, usage),
            Command("run cancel", "operate", "Begin nothing more of one", self.cancel, "RUN"),
            Command("run retry", "operate", "Take one up again", self.retry, "RUN"),
        ]

    def listing(self, asked: Asked) -> Reply:
        """List the newest runs."""
        states = _STATES.get(asked.text or "all")
        if states is None:
            raise InputError(f"{asked.text:.80}: write {', '.join(_STATES)}")
        newest = self._house.runs.newest(_MOST, asked.repo)
        found = [run for run in newest if not states or run.state in states][:_LISTED]
        if not found:
            return Reply(text=plain("There was no run."))
        return Reply(text=lines(_short(run) for run in found))

    def show(self, asked: Asked) -> Reply:
        """Show a run, and how far each service is."""
        if not asked.text:
            return self._choose(asked)
        run = self._house.runs.get(asked.text)
        return Reply(text=lines([_short(run), *_parts(run)]))

    def simulate(self, asked: Asked) -> Reply:
        """Show what a run would do."""
        run = self._house.runs.simulate(self._repo(asked), *_selection(asked.words))
        if not run.parts:
            return Reply(text=plain("There is nothing to do."))
        args = {"repo": asked.repo, "text": asked.text, "sure": True}
        return Reply(text=lines(_parts(run)), rows=[[Button("Start it", "run start", args)]])

    def start(self, asked: Asked) -> Reply:
        """Start a run; its message goes on telling how far it is."""
        if asked.is_button and not asked.args.get("sure"):
            return self.simulate(asked)  # What there is to do may be another than it was.
        run = self._house.runs.start(self._repo(asked), *_selection(asked.words))
        return Reply(text=_short(run), watch=("run", str(run.id)), is_change=asked.is_button)

    def cancel(self, asked: Asked) -> Reply:
        """Begin nothing more of a run."""
        if not asked.text:
            return self._choose(asked, "running")
        return Reply(text=_short(self._house.runs.cancel(asked.text)))

    def retry(self, asked: Asked) -> Reply:
        """Take a run up again from what failed."""
        if not asked.text:
            return self._choose(asked, "error", "cancelled")
        run = self._house.runs.retry(asked.text)
        return Reply(text=_short(run), watch=("run", str(run.id)), is_change=asked.is_button)

    def _choose(self, asked: Asked, *states: str) -> Reply:
        """Let somebody choose a run in one of some states; without them in any."""
        newest = self._house.runs.newest(_MOST, asked.repo)
        found = [run for run in newest if not states or run.state in states]
        labels = {str(run.id): _short(run).plain for run in found}
        if not labels:
            return Reply(text=plain("There is no such run."))
        return choice(asked, "Which run?", list(labels), labels=labels)

    def _repo(self, asked: Asked) -> str:
        if not asked.repo:
            raise InputError("choose a repository first: /repo select")
        return asked.repo


def told(run: RunView) -> Text:
    """Return how far a run is."""
    return lines([_short(run), *_parts(run)])


def _selection(words: list[str]) -> tuple[str, Selection]:
    action = words[0] if words else ""
    role, _, instance = words[1].partition("!") if len(words) > 1 else ("", "", "")
    return action, Selection(role=role, instance=instance)


def _short(run: RunView) -> Text:
    what = run.action or "all that is pending"
    head = bold(str(run.id)) + f" {run.repo}: {what} · {run.state}"
    if run.state in ("running", "cancelling") and run.services:
        head = head + f" · {run.services - run.left} of {run.services}"
    if run.ended > run.began:
        head = head + f" · {run.ended - run.began:.1f} s"
    return head


def _parts(run: RunView) -> list[Text]:
    signs = {"ok": "✓", "error": "✗", "running": "▸", "blocked": "-", "cancelled": "-"}
    shown = [
        f"{signs.get(part.state, '·')} " + code(part.service) + f" {' '.join(part.actions)}"
        for part in run.parts[:_SHOWN]
    ]
    if len(run.parts) > _SHOWN:
        shown.append(plain(f"and {len(run.parts) - _SHOWN} more"))
    return shown
