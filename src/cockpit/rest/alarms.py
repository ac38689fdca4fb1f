"""Alarms over HTTP: list, show, acknowledge, silence, resolve."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import falcon
import msgspec
from msgspec import Meta

from cockpit.ays import duration
from cockpit.eco.alarms import LONGEST_SILENCE_S
from cockpit.eco.standing import Ack, Silence, Standing, Wanted
from cockpit.errors import InputError
from cockpit.rest.author import Noted, author
from cockpit.rest.linked import Linked, Past, Work, linked, work
from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms

_NONE = "0"
_DIGITS = 10
_YES = {"": None, "yes": True, "no": False}


class Listing(Page, frozen=True, kw_only=True):
    """Which alarms to list.

    Attributes:
        status: Only those that are so; empty is all.
        severity: Only those of this severity, the sender's word.
        service: Only those of this service, `role!instance`.
        method: Only those that this found.
        acked: Only those that somebody took, or that nobody did; empty is all.
        silenced: Only those that are silenced now, or that are not; empty is all.
        text: Only those with this text in service, method, message or labels.
        before: Only those behind this place: that of `Link`.
    """

    status: Literal["", "firing", "resolved"] = ""
    severity: str = ""
    service: str = ""
    method: str = ""
    acked: Literal["", "yes", "no"] = ""
    silenced: Literal["", "yes", "no"] = ""
    text: Annotated[str, Meta(max_length=200)] = ""
    before: str = ""


class Silencing(Noted, frozen=True, kw_only=True):
    """How long an alarm calls nobody: `for`, or `until`.

    Attributes:
        for: As `10m`, `2h`, `1d`; `0` ends it.
        until: Epoch seconds, or a time as `2026-05-03T14:00:00Z`.
        by: The name of a person; empty is whoever holds the token.
        note: For those who look at it later.
    """

    for_: str = msgspec.field(name="for", default="")
    until: Annotated[int, Meta(ge=0, le=2**33)] | str = 0


class BriefAlarm(msgspec.Struct, frozen=True, kw_only=True):
    """An alarm as it stands: one for each service, method, labels and repository.

    Attributes:
        id: Made of these four, so it is the same each time.
        repo: The repository that the service is of; empty is none.
        severity: The sender's word for how bad it is.
        msg: What is wrong, for people.
        url: Where to read more.
        since: From when on it is so, in epoch seconds.
        first: When it was first heard of.
        last: When it was last heard of.
        count: How many events there were of it.
        ack: Who has it; nothing when nobody does.
        silence: Until when it calls nobody; nothing when that was not said.
        level: How far it went up among those who are told.
        told: Who was told.
        flapping: It fires and is resolved again and again.
        event: Its newest event.
        ends: When it counts as resolved unless it comes again; 0 is never.
    """

    id: str
    service: str
    method: str
    labels: dict[str, str]
    repo: str
    status: Literal["firing", "resolved"]
    severity: str
    msg: str
    url: str
    since: float
    first: float
    last: float
    count: int
    ack: Ack | None
    silence: Silence | None
    level: int
    told: list[str]
    flapping: bool
    event: str
    ends: float


class WholeAlarm(BriefAlarm, frozen=True, kw_only=True):
    """An alarm with all there is to say of it.

    Attributes:
        causes: Its newest event in short, and what led to that.
        jobs: The jobs that its newest event called.
        history: What became of it, oldest first.
    """

    causes: list[Linked]
    jobs: list[Work]
    history: list[Past]


class Alarms:
    """Alarms as they stand: what fires, since when, who has it, and who hears of it."""

    def __init__(self, rooms: Rooms, *, clock: Callable[[], float] = time.time) -> None:
        self._alarms = rooms.alarms
        self._log = rooms.log
        self._trail = rooms.trail
        self._directory = rooms.directory
        self._clock = clock

    @operation(
        returns=list[BriefAlarm],
        headers={"Link": 'The next page, `rel="next"` (RFC 8288); without it, this is the last.'},
    )
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List alarms in short: those that fire first, the newest change first."""
        wanted = Wanted(
            status=query.status,
            severity=query.severity,
            service=query.service,
            method=query.method,
            acked=_YES[query.acked],
            silenced=_YES[query.silenced],
            text=query.text,
        )
        found = self._alarms.page(wanted, query.limit, query.before)
        if found.edge:
            again = urlencode({**req.params, "before": found.edge})
            resp.append_link(f"{req.path}?{again}", "next")
        resp.media = [BriefAlarm(**_brief(alarm)) for alarm in found.alarms]

    @operation(returns=WholeAlarm, errors=(404, 409))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, alarm: str) -> None:
        """Show an alarm whole: its history, its newest event and what that called."""
        resp.media = self._whole(self._get(alarm))

    @operation(
        returns=WholeAlarm, errors=(404, 409), examples={"with a note": {"note": "on my way"}}
    )
    def on_post_ack(
        self, req: falcon.Request, resp: falcon.Response, alarm: str, body: Noted
    ) -> None:
        """Acknowledge an alarm: somebody has it, and nobody else is called."""
        by, found = author(req, self._directory, body.by), self._get(alarm)
        resp.media = self._whole(self._alarms.ack(found.id, by, body.note))

    @operation(
        returns=WholeAlarm,
        errors=(404, 409),
        examples={
            "for two hours": {"for": "2h", "note": "the disk is on its way"},
            "no more": {"for": "0"},
        },
    )
    def on_post_silence(
        self, req: falcon.Request, resp: falcon.Response, alarm: str, body: Silencing
    ) -> None:
        """Let an alarm call nobody for a time; what it does meanwhile stands in its history."""
        until = _end(body, self._clock())
        by, found = author(req, self._directory, body.by), self._get(alarm)
        resp.media = self._whole(self._alarms.silence(found.id, until, by, body.note))

    @operation(returns=WholeAlarm, errors=(404, 409))
    def on_delete_silence(self, req: falcon.Request, resp: falcon.Response, alarm: str) -> None:
        """End the silence of an alarm."""
        by, found = author(req, self._directory, ""), self._get(alarm)
        resp.media = self._whole(self._alarms.silence(found.id, 0, by))

    @operation(returns=WholeAlarm, errors=(404, 409), examples={"with a note": {"note": "mended"}})
    def on_post_resolve(
        self, req: falcon.Request, resp: falcon.Response, alarm: str, body: Noted
    ) -> None:
        """Publish that an alarm is resolved, as its sender would: whoever subscribes hears it."""
        by, found = author(req, self._directory, body.by), self._get(alarm)
        self._alarms.resolve(found.id, by, body.note)
        resp.media = self._whole(self._alarms.get(found.id))

    def _get(self, alarm: str) -> Standing:
        with or_not_found():
            return self._alarms.get(alarm)

    def _whole(self, alarm: Standing) -> WholeAlarm:
        causes, called = self._causes(alarm.event)
        history = [
            Past(epoch=one.epoch, what=one.what, who=one.who, event=one.event, note=one.note)
            for one in alarm.history
        ]
        return WholeAlarm(**_brief(alarm), causes=causes, jobs=called, history=history)

    def _causes(self, event: str) -> tuple[list[Linked], list[Work]]:
        try:
            why = self._trail.why(event)
        except InputError:  # Its time has passed.
            return linked(self._log, [event]), []
        parent = str(why.event.meta.get("parent") or "")
        return linked(self._log, [event, *filter(None, [parent])]), [work(job) for job in why.jobs]


def _brief(alarm: Standing) -> dict[str, Any]:
    return {name: getattr(alarm, name) for name in BriefAlarm.__struct_fields__}


def _end(body: Silencing, now: float) -> float:
    """Return when a silence ends, in epoch seconds; 0 is now.

    Raises:
        InputError: It says neither, or both; it is no time, over already, or more than a year.
    """
    if bool(body.for_) == bool(body.until):
        raise InputError("for: say how long (2h; 0 ends it), or until when")
    if body.for_.strip() == _NONE:
        return 0
    name = "for" if body.for_ else "until"
    try:
        end = now + duration.parse(body.for_) if body.for_ else _moment(body.until)
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    if not now < end <= now + LONGEST_SILENCE_S:
        raise InputError(f"{name}: a silence ends after now, and within a year")
    return end


def _moment(told: int | str) -> float:
    if isinstance(told, int):
        return told
    if told.isascii() and told.isdigit() and len(told) <= _DIGITS:
        return int(told)
    try:
        found = datetime.fromisoformat(told)
        if found.tzinfo is not None:
            return found.timestamp()
    except (ValueError, OverflowError):
        pass
    raise InputError(
        f"{told!r:.60} is no time with its zone: write 2026-05-03T14:00:00Z or an epoch"
    )
