"""Messages that go on telling: how far the jobs of an event are, a run, a question.

watch → looked at again and again → the message changes when it does → over
"""

from collections.abc import Callable

import gevent
import msgspec

from cockpit.bus import Pipe, keys
from cockpit.errors import InputError
from cockpit.telegram.asked import Watch
from cockpit.telegram.buttons import Button, Buttons
from cockpit.telegram.commands import event as event_command
from cockpit.telegram.commands import run as run_command
from cockpit.telegram.house import House
from cockpit.telegram.outgoing import Outgoing
from cockpit.telegram.text import Text, bold, lines, plain

_LOOK_S = 0.2
_SLOW_S = 1.0
_OVER = ("ok", "error", "cancelled")

_Told = tuple[Text, list[list[Button]], bool]
"""What a message says now, its buttons, and whether nothing more will happen."""


class Progress:
    """The messages that go on telling.

    Args:
        sleep: Waits between two looks, in seconds.
    """

    def __init__(
        self,
        house: House,
        outgoing: Outgoing,
        buttons: Buttons,
        *,
        sleep: Callable[[float], None] = gevent.sleep,
    ) -> None:
        self._house = house
        self._pipe: Pipe = house.pipe
        self._outgoing = outgoing
        self._buttons = buttons
        self._sleep = sleep

    def watch(self, name: str, watch: Watch) -> None:
        """Let a message go on telling, also after a restart."""
        self._pipe.call("HSETNX", keys.TELEGRAM_WATCHED, name, msgspec.json.encode(watch))

    def run(self) -> None:
        """Keep the messages up to date until killed.

        Raises:
            OpsError: Redis is away.
        """
        while True:
            self._sleep(_LOOK_S if self.round() else _SLOW_S)

    def round(self) -> int:
        """Look at everything once; how many are looked at again."""
        flat = self._pipe.call("HGETALL", keys.TELEGRAM_WATCHED)
        left = 0
        for raw, told in zip(flat[::2], flat[1::2], strict=True):
            name, watch = raw.decode(), msgspec.json.decode(told, type=Watch)
            left += self._look(name, watch)
        return left

    def _look(self, name: str, watch: Watch) -> bool:
        try:
            text, buttons, is_over = self._told(watch)
        except InputError:
            self._pipe.call("HDEL", keys.TELEGRAM_WATCHED, name)  # Its time has passed.
            return False
        if text and text.plain != watch.shown:
            self._outgoing.change(name, text, rows=self._buttons.rows(watch.chat, buttons))
        if is_over:
            self._pipe.call("HDEL", keys.TELEGRAM_WATCHED, name)
        elif text and text.plain != watch.shown:
            kept = msgspec.structs.replace(watch, shown=text.plain)
            self._pipe.call("HSET", keys.TELEGRAM_WATCHED, name, msgspec.json.encode(kept))
        return not is_over

    def _told(self, watch: Watch) -> _Told:
        if watch.kind == "run":
            return self._told_run(watch)
        if watch.kind == "question":
            return self._told_question(watch)
        return self._told_event(watch)

    def _told_event(self, watch: Watch) -> _Told:
        told = [self._told_one(event, watch) for event in watch.id.split()]
        text = lines(text for text, *_ in told if text)
        return text, [row for _, rows, _ in told for row in rows], all(over for *_, over in told)

    def _told_one(self, event: str, watch: Watch) -> _Told:
        found = self._house.trail.why(event)
        if not found.jobs:
            why = [plain(one.why) for one in found.refused]
            return lines([bold(watch.title), *why]) if why else Text(), [], found.settled
        text = lines(event_command.told(job) for job in found.jobs)
        is_over = found.settled and all(job.state != "waiting" for job in found.jobs)
        failed = [job for job in found.jobs if job.state in ("dead", "error")]
        rows = [
            [
                Button("Retry", "dead retry", {"text": job.id}),
                Button("Why", "why", {"text": event}),
            ]
            for job in failed
        ]
        # One that is tried again by itself goes on being told of.
        return text, rows, is_over and not any(job.state == "error" for job in failed)

    def _told_run(self, watch: Watch) -> _Told:
        run = self._house.runs.get(watch.id)
        rows = [[Button("Take it up again", "run retry", {"text": watch.id})]]
        is_over = run.state in _OVER
        return run_command.told(run), rows if run.state == "error" else [], is_over

    def _told_question(self, watch: Watch) -> _Told:
        found = self._house.questions.get(watch.id)
        if found.state == "waiting":
            return Text(), [], False
        end = bold(found.answer) + f" by {found.by or 'somebody'}"
        text = lines([plain(found.text), end if found.answer else plain("Its time is over.")])
        return text, [], True
