"""Ecos over HTTP: list, show, close, reopen."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

import falcon
import msgspec
from msgspec import Meta

from cockpit.eco.kept import Kept, Wanted
from cockpit.events import Eco
from cockpit.rest.author import Signed, author
from cockpit.rest.linked import Linked, Past, Work, linked, works
from cockpit.rest.operation import operation
from cockpit.rest.problem import or_not_found
from cockpit.rest.query import Page
from cockpit.rest.rooms import Rooms
from cockpit.robot import Epoch

_LONGEST = 500
_FIELDS = (
    "guid", "state", "eco_type", "app_name", "category", "func_name", "func_filename", "line_nbr",
    "occurence", "epoch", "last_time", "close_time", "tags",
)  # fmt: skip


class Listing(Page, frozen=True, kw_only=True):
    """Which ecos to list.

    Attributes:
        state: Only those in this state; empty is all.
        app: Only those of this application, as `app_name` has it.
        type: Only those of this kind; empty is all.
        text: Only those with this text in message, category, function or file.
        since: Only those that were seen since, in epoch seconds.
        before: Only those behind this place: that of `Link`.
    """

    state: Literal["", "NEW", "ALERT", "CLOSED"] = ""
    app: str = ""
    type: Literal["", "BUG", "INPUT", "OPERATIONS", "PERFORMANCE", "MONITORING", "UNKNOWN"] = ""
    text: Annotated[str, Meta(max_length=200)] = ""
    since: Epoch = 0
    before: str = ""


class BriefEco(msgspec.Struct, frozen=True, kw_only=True):
    """An eco in short.

    Attributes:
        guid: Its id; it stays over repeats.
        error_msg: The message, of 500 characters at most.
        epoch: First seen, in seconds since 1970.
        last_time: Last seen.
        close_time: When it was closed; 0 is not yet.
        occurence: How often it was seen.
        by: Who closed or reopened it; empty is nobody.
        event: The newest event that told of it; empty when none did.
        notices: How many events told of it.
    """

    guid: str
    state: str
    eco_type: str
    app_name: str
    error_msg: str
    category: str
    func_name: str
    func_filename: str
    line_nbr: int
    occurence: int
    epoch: int
    last_time: int
    close_time: int
    tags: str
    by: str
    event: str
    notices: int


class WholeEco(BriefEco, frozen=True, kw_only=True):
    """An eco with all there is to say of it.

    Attributes:
        eco: As its events tell of it, with backtrace and code.
        fingerprint: What makes two errors the same eco.
        first_event: The first event that told of it; empty when none did.
        parents: What led to it: the newest events, runs or times of the clock, newest first.
        jobs: The newest jobs that failed with it.
        history: What became of it, oldest first.
    """

    eco: Eco
    fingerprint: str
    first_event: str
    parents: list[Linked]
    jobs: list[Work]
    history: list[Past]


class Ecos:
    """Errors, equal ones counted as one: what is open, where in the code, and what led to it."""

    def __init__(self, rooms: Rooms) -> None:
        self._ledger = rooms.ledger
        self._log = rooms.log
        self._jobs = rooms.jobs
        self._directory = rooms.directory

    @operation(
        returns=list[BriefEco],
        headers={"Link": 'The next page, `rel="next"` (RFC 8288); without it, this is the last.'},
    )
    def on_get(self, req: falcon.Request, resp: falcon.Response, query: Listing) -> None:
        """List ecos in short, those that were seen last first."""
        wanted = Wanted(
            state=query.state, app=query.app, type=query.type, text=query.text, since=query.since
        )
        found = self._ledger.page(wanted, query.limit, query.before)
        if found.edge:
            again = urlencode({**req.params, "before": found.edge})
            resp.append_link(f"{req.path}?{again}", "next")
        resp.media = [BriefEco(**_brief(kept)) for kept in found.ecos]

    @operation(returns=WholeEco, errors=(404, 409))
    def on_get_one(self, req: falcon.Request, resp: falcon.Response, eco: str) -> None:
        """Show an eco whole: code, backtrace, what led to it, and what became of it."""
        resp.media = self._whole(self._get(eco))

    @operation(returns=WholeEco, errors=(404, 409), examples={"by the token": {}})
    def on_post_close(
        self, req: falcon.Request, resp: falcon.Response, eco: str, body: Signed
    ) -> None:
        """Close an eco: it is dealt with; when it comes again, it opens again and says so."""
        by, guid = author(req, self._directory, body.by), self._get(eco).eco.guid
        resp.media = self._whole(self._ledger.close(guid, by))

    @operation(returns=WholeEco, errors=(404, 409), examples={"by the token": {}})
    def on_post_reopen(
        self, req: falcon.Request, resp: falcon.Response, eco: str, body: Signed
    ) -> None:
        """Open a closed eco again: it was not dealt with."""
        by, guid = author(req, self._directory, body.by), self._get(eco).eco.guid
        resp.media = self._whole(self._ledger.reopen(guid, by))

    def _get(self, eco: str) -> Kept:
        with or_not_found():
            return self._ledger.get(eco)

    def _whole(self, kept: Kept) -> WholeEco:
        return WholeEco(
            **_brief(kept),
            eco=kept.eco,
            fingerprint=kept.fingerprint,
            first_event=kept.first_event,
            parents=linked(self._log, kept.parents),
            jobs=works(self._jobs, kept.jobs),
            history=[
                Past(epoch=one.epoch, what=one.what, who=one.who, event=one.event)
                for one in kept.history
            ],
        )


def _brief(kept: Kept) -> dict[str, Any]:
    message = kept.eco.error_msg
    told = message if len(message) <= _LONGEST else message[: _LONGEST - 1] + "…"
    shown = {name: getattr(kept.eco, name) for name in _FIELDS}
    return shown | {
        "error_msg": told,
        "by": kept.by,
        "event": kept.event,
        "notices": kept.notices,
    }
