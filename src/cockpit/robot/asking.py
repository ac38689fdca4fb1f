"""The part of a service that asks people, and that says what it publishes where it came from.

ask → the question is stored → people are told → an event for the doors → wait → the first answer
"""

from collections.abc import Sequence
from functools import cached_property

import msgspec

from cockpit import events
from cockpit.access.directory import Directory
from cockpit.access.person import Person
from cockpit.ays import duration
from cockpit.bus import Made
from cockpit.errors import InputError
from cockpit.robot.attempt import Attempt
from cockpit.robot.former_names import FormerNames
from cockpit.robot.postman import names
from cockpit.robot.questions import Question, UnansweredError

MAX_HOPS = 16


class Asking(FormerNames):
    """A service that asks; `Service` has the rest."""

    def __init__(self, attempt: Attempt, *, repo: str, key: str) -> None:
        super().__init__(attempt.context.pipe, repo=repo, key=key, vault=attempt.vault)
        self._attempt = attempt
        self._context = attempt.context

    def ask(
        self,
        who: str | Sequence[str],
        text: str,
        options: Sequence[str] = (),
        *,
        timeout: str = "15m",
        default: str | None = None,
        backup_after: str = "",
    ) -> str:
        """Ask people, groups or whoever is on duty, wait, and return the first answer.

        Args:
            who: A name; several in a list or separated by commas.
            options: The answers to choose from; any text without them.
            timeout: A duration. While it passes, other jobs of this service run, and may change
                its data. A restart loses nothing: the action then runs from its top, and what it
                asked is not asked again.
            default: Returned when nobody answers in time.
            backup_after: A duration; when whoever is on duty has not answered by then, the backup
                is asked as well. Half of the time-out if not set.

        Raises:
            UnansweredError: Nobody answered in time, and there is no default.
        """
        self._hops()
        if not all(option.strip() for option in options):
            raise InputError("service.ask: an option is blank: nobody could choose it")
        text = self._attempt.output.conceal(text)
        timeout_s = duration.parse(timeout)
        backup_s = duration.parse(backup_after) if backup_after else timeout_s / 2
        found = self._asked(who, text, options, timeout_s, backup_s)
        while found.state == "waiting":
            self._attempt.wait(found.id)
            self._look_again()
            found = self._context.questions.get(found.id)
        self._attempt.answered_by = found.by
        if found.state == "answered":
            return found.answer
        if default is None:
            raise UnansweredError(f"nobody answered within {timeout}: {text:.200}")
        return default

    @property
    def answered_by(self) -> str:
        """The name of whoever answered what was asked last; "" when nobody did."""
        return self._attempt.answered_by

    def person(self, name: str) -> Person:
        """Return one of the people of the cockpit: `.mail`, `.telegram`, `.groups`.

        Raises:
            InputError: Nobody has this name.
        """
        return Directory(self._context.pipe).get(name)

    def _asked(
        self,
        who: str | Sequence[str],
        text: str,
        options: Sequence[str],
        timeout_s: float,
        backup_s: float,
    ) -> Question:
        """Store a question, then tell those whom it asks."""
        # Now, for what is stored is shown: the answer must be one of them, so stars would not do.
        self._attempt.vault.refuse(list(options), "service.ask: an option")
        made = self._attempt.next("ask")
        found = self._context.questions.ask(
            made,
            service=f"{self.repo}/{self.key}",
            who=names(who),
            to=self._context.postman.receivers(who),
            text=text,
            options=options,
            timeout_s=timeout_s,
        )
        message = self._context.postman.ask(made, found, backup_s=backup_s)
        args = {"key": found.id, "who": found.who, "to": message.to, "message": text}
        more = {"keyboard": list(options), "expect_response": True, "service": self.key}
        told = events.Telegram(
            io="output",
            action="service.communication",
            args=args | more,
            meta={"message": message.id},
        )
        self._publish(self._attempt.next("asked"), told)
        return found

    def _look_again(self) -> None:
        """Forget what was read: while this job waited, others of its service ran."""
        for kind in type(self).__mro__:
            for name, value in vars(kind).items():
                if isinstance(value, cached_property):
                    self.__dict__.pop(name, None)

    def _publish(self, made: Made, event: events.Event) -> str:
        self._attempt.vault.refuse(events.to_mapping(event), f"service.{made.kind}: the event")
        meta = event.meta | {
            "source": f"service:{self._place}",
            "parent": self._attempt.event.id,
            "job": self._attempt.job.id,
            "hops": self._hops(),
        }
        event = msgspec.structs.replace(
            event, meta=meta, epoch=event.epoch or int(self._context.clock())
        )
        return self._context.log.append(event, made=made).id

    def _hops(self) -> int:
        hops = hops_of(self._attempt.event) + 1
        if hops > MAX_HOPS:
            raise InputError(
                f"this chain of events is {hops} long:"
                f" {self._attempt.event.id} began to go in circles?"
            )
        return hops

    @property
    def _place(self) -> str:
        return f"{self.repo}/{self.key}"


def hops_of(event: events.Event) -> int:
    """Return how many events stand between this one and what came from outside."""
    hops = event.meta.get("hops", 0)
    return hops if isinstance(hops, int) else 0
