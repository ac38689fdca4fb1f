"""What an action holds in its hands: the service, its data, and what it can do.

`mail`, `post`, `tell` and `publish` are keyed by (job, kind, n-th call): a second attempt of a job
gets back what its first attempt made instead of making it again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from cockpit import ays, events, mail
from cockpit.ays import duration
from cockpit.bus import Pipe
from cockpit.errors import InputError
from cockpit.robot.asking import Asking
from cockpit.robot.capture import stamp
from cockpit.robot.command import Done, execute
from cockpit.robot.member import Member
from cockpit.robot.post import Reply
from cockpit.robot.postman import names
from cockpit.robot.shelf import Shelf
from JumpScale.models import CockpitEvent


class Service(Asking):
    """One service while one of its actions runs."""

    @property
    def idempotency_key(self) -> str:
        """The same text in every attempt of this job, and in no other job."""
        return self._attempt.job.id

    @property
    def redis(self) -> Pipe:
        """The robot's own connection: `service.redis.call("INCR", "visits")`.

        It shares round trips with everything else that runs here, so it is also the fastest.
        """
        return self._context.pipe

    @cached_property
    def stor(self) -> Shelf:
        """Files of any size; those it puts are in the space `actions`."""
        return Shelf(self._context.stor, "actions")

    @property
    def path(self) -> Path:
        """The directory of its repository on this machine."""
        return self._context.repos / self.repo

    @property
    def action_names(self) -> list[str]:
        """The actions that its template has."""
        return sorted(self._template.actions)

    def period_s(self, action: str) -> float:
        """Return how often an action recurs, in seconds; 0 when it does not."""
        line = self._template.recurring.get(action)
        usual = line.period_s if line else 0.0
        return self._record.recurring.get(action, usual)

    def has(self, action: str) -> bool:
        """Tell whether its template has an action.

        Raises:
            LookupError: Its file cannot be read.
            Exception: Whatever running the file raises.
        """
        return self._attempt.has(self._place, action)

    def act(
        self,
        action: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        on: Member | None = None,
        payload: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call an action of this service as `run` does.

        Args:
            on: The service that it acts on, when it is another.
            payload: What it receives, by default the event of the job.
        """
        event = None
        if payload is not None:
            event = events.Generic(id=self._attempt.event.id, args=dict(payload))
        return self._attempt.call(self._place, action, on or self, args, kwargs, event=event)

    def run(self, action: str, /, *args: Any, **kwargs: Any) -> Any:
        """Call another action of this service, here and now, and return what it returns.

        Args:
            args: What it is called with, as `kwargs`; service, event and job are filled in.

        Raises:
            LookupError: There is no such action.
            InputError: It does not take these arguments.
            Exception: Whatever it raises.
        """
        return self.act(action, args, kwargs)

    def execute(
        self,
        command: str | Sequence[str],
        *,
        timeout: str = "1m",
        cwd: str | Path = "",
        stdin: str = "",
        die: bool = True,
    ) -> Done:
        """Run a command of this machine; returns its exit code and output: `.code .out .err`.

        Args:
            command: A list of words, or a text for the shell.
            timeout: A duration; when it is over the whole process group is killed.
            cwd: The directory it runs in, as seen from that of the repository.
            die: Whether an exit code that is not 0 raises; a command whose time is over has 124.

        Raises:
            InputError: There is no such command or directory, or the time-out is no duration.
            OpsError: It failed, took too long, or wrote more than 16 MiB.
        """
        timeout_s = duration.parse(timeout)
        return execute(command, timeout_s=timeout_s, cwd=self.path / cwd, stdin=stdin, die=die)

    def log(self, text: str) -> None:
        """Add a line to the job's output."""
        self._attempt.output.write(stamp(str(text), self._context.clock))

    def publish(self, event: events.Event | CockpitEvent | Mapping[str, Any]) -> str:
        """Publish an event and return its id.

        Raises:
            InputError: It is no event, it holds a secret, or the chain of events is longer than 16.
            OpsError: Redis is away.
        """
        if isinstance(event, CockpitEvent):
            event = event.to_event()
        if isinstance(event, Mapping):
            event = events.from_mapping(dict(event))
        if not isinstance(event, events.Event):
            raise InputError(
                f"publish: {event!r:.80} is no event; an event is an object such as"
                " cockpit.events.Alarm(…), or a mapping such as {'type': 'alarm', …}"
            )
        events.check(event)
        return self._publish(self._attempt.next("publish"), event)

    def tell(self, who: str | Sequence[str], text: str) -> str:
        """Say something to people, groups or whoever is on duty; return the telegram event's id.

        Everybody who is meant and has an address gets a mail. What somebody cannot receive yet is
        held: `cockpit message list`. Secrets in the text become `***`, as in the text of `ask`.

        Args:
            who: A name; several in a list or separated by commas.
        """
        self._hops()
        text = self._attempt.output.conceal(str(text))
        made = self._attempt.next("tell")
        message = self._context.postman.send(made, who, text, service=self._place)
        args = {"who": names(who), "to": message.to, "msg": text, "service": self.key}
        told = events.Telegram(
            io="output", action="message", args=args, meta={"message": message.id}
        )
        return self._publish(made, told)

    def mail(
        self,
        to: str | Sequence[str],
        subject: str,
        body: str,
        *,
        cc: str | Sequence[str] = (),
        sender: str = "",
    ) -> str:
        """Put a mail in the outbox and return its id; it is held until delivery is configured.

        A mail that answers an email event carries its Message-ID, so that clients thread it. What
        is listed has `***` for secrets in the subject; the mail itself is as it is given.

        Raises:
            InputError: No recipient, or a line break in an address or the subject.
            OpsError: Redis is away.
        """
        made = self._attempt.next("mail")
        mail_id = hashlib.blake2b(f"{made.job}:{made.slot}".encode(), digest_size=8).hexdigest()
        to, cc = _addresses(to), _addresses(cc)
        if not to:
            raise InputError("mail: to is empty: nobody would receive it")
        sender = sender or self._context.sender
        now = self._context.clock()
        answered = str(self._attempt.event.meta.get("message_id", ""))
        raw = mail.compose(
            sender=sender,
            to=to,
            cc=cc,
            subject=subject,
            body=body,
            in_reply_to=answered,
            references=answered,
            message_id=f"<{mail_id}@{self._context.hostname}>",
            epoch=int(now),
        )
        return self._context.outbox.put(
            mail_id,
            sender=sender,
            to=[*to, *cc],
            subject=self._attempt.output.conceal(subject),
            raw=raw,
            epoch_ms=int(now * 1000),
            made=made,
        )

    def post(
        self,
        url: str,
        body: Any,
        *,
        secret: str | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: str = "30s",
    ) -> Reply:
        """Send a POST and return the reply, when it says 2xx: `.status .text .headers`.

        Only public addresses are reached, and those that `robot.post_private` allows.

        Args:
            url: http or https. Messages name its host alone: the rest may be secret.
            body: Octets and texts are sent as they are, anything else as JSON.
            secret: Signs as Standard Webhooks, `whsec_…`; several with spaces between all sign.
            headers: More of them, or others than the usual ones.
            timeout: A duration, for all of it.

        Raises:
            GoneError: The reply says 410, nothing more is wanted there; not tried again.
            InputError: It cannot be sent, or the address may not be reached; not tried again.
            OpsError: There is no reply, or another one; a Retry-After is kept.
        """
        for one in (secret or "").split():
            self._attempt.output.hide(one)
        return self._context.posts.post(
            self._attempt.next("post"),
            url,
            body,
            secret=secret,
            headers=headers,
            timeout_s=duration.parse(timeout),
        )

    @cached_property
    def _template(self) -> ays.Template:
        return self._attempt.templates(self._place)

    @property
    def _is_former(self) -> bool:
        return self._attempt.is_former

    def other(self, repo: str, key: str) -> "Service":
        """Return another service as a part of this attempt: its actions run here and now."""
        return Service(self._attempt, repo=repo, key=key)

    def _member(self, key: str) -> "Service":
        return self.other(self.repo, key)


def _addresses(given: str | Sequence[str]) -> list[str]:
    texts = given.split(",") if isinstance(given, str) else given
    return [text.strip() for text in texts if text.strip()]
