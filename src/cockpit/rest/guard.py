"""Who may ask what: everything needs a bearer token but what one table opens.

A valid token always comes in: whoever shares an address with a guesser is not locked out.

It looks at the address before there is a route, so an address that is not there tells a stranger
nothing, and a route that somebody adds is closed until the table says otherwise.
"""

import functools
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import falcon
import msgspec

from cockpit.access.audit import Act, Audit, without_secrets, words
from cockpit.access.identity import Identity
from cockpit.access.throttle import Throttle
from cockpit.errors import InputError, OpsError
from cockpit.rest.forwarded import Hop, Network, asker
from cockpit.rest.scopes import TOLD, is_change, needed

_FREE_FAILURES = 20
_FORGET_S = 3.0
_REFUSED = 400
_MOST_TOLD = 300
_HOT = "/events"

OPEN: tuple[tuple[tuple[str, ...], str], ...] = (
    (("GET", "HEAD"), r"/health/live"),
    (("GET", "HEAD"), r"/openapi\.json|/docs(/[a-z_.]+)?"),
    # Who logs in has no token yet; without a configured provider there is nothing.
    (("GET",), r"/oauth/(login|callback)"),
    # Each sender proves itself by a secret of its own; a source without one is closed.
    (("POST", "PUT", "OPTIONS"), r"/webhooks/(?!telegram\b)[a-z]+"),
    (("POST",), r"/webhooks/telegram"),
    (("POST", "OPTIONS"), r"/api/\d{1,20}/(envelope|store)/"),
    (("POST",), r"/api/v2/alerts"),
    # Links in mails and chats open in a browser, which has no token; nobody can guess the hash.
    (("GET", "HEAD"), r"/stor/(?:mail|telegram)/[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{64}"),
)
"""What answers without a token: methods, and a pattern of the whole path."""


def is_open(method: str, path: str) -> bool:
    """Tell whether a request needs no token."""
    return any(pattern.fullmatch(path) for pattern in _open(method))


@functools.cache
def _open(method: str) -> tuple[re.Pattern[str], ...]:
    # PERF: one pattern for each method, and most requests have one that nothing is open for.
    found = "|".join(pattern for methods, pattern in OPEN if method in methods)
    return (re.compile(found),) if found else ()


class Guard:
    """Falcon middleware that lets a request in, or not, and notes who changed what.

    Afterwards `req.context.identity` says who asks (None where the table opens),
    `req.context.address` from where, and `req.context.still_may()` whether their token still is
    what it was: an answer that takes its time asks again.

    Args:
        identify: Tells who holds a token; when it raises, nobody comes in.
        audit: Where changes stand before they are made.
        trusted: Gives the networks of proxies that are believed.
        report: Told when tokens cannot be checked.
        clock: Epoch seconds.
    """

    def __init__(
        self,
        identify: Callable[[str], Identity | None],
        *,
        audit: Audit,
        trusted: Callable[[], Sequence[Network]] = tuple,
        report: Callable[[BaseException], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._identify = identify
        self._audit = audit
        self._trusted = trusted
        self._report = report
        self._clock = clock
        self._throttle = Throttle(burst=_FREE_FAILURES, per_s=_FORGET_S, clock=time.monotonic)

    def process_request(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Refuse a request without a valid token.

        See: RFC 6750 §2.1 and §3.
        """
        req.context.address = asker(req.remote_addr, _told(req), self._trusted(), req.scheme).source
        req.context.identity = None
        if is_open(req.method, req.path):
            return
        scheme, _, token = (req.auth or "").partition(" ")
        found = self._knows(token.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            self._refuse(req.context.address)
        req.context.identity = found
        req.context.still_may = lambda: self._still_knows(token.strip(), found)

    def process_resource(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        resource: object,
        params: Mapping[str, Any],
    ) -> None:
        """Note a change before it is made; refuse what the token does not reach.

        SECURITY: the route that will answer decides, not the path that was written: many paths
        (`//tokens`) lead to one route.
        """
        who: Identity | None = req.context.identity
        if who is None:
            return  # The table opens it.
        address = req.uri_template or ""
        if is_change(req.method, address):
            req.context.noted = self._noted(self._act(req, who), address)
        if not who.may(scope := needed(req.method, address)):
            raise falcon.HTTPForbidden(
                description=f"this needs a token of scope {scope}; that of {who.name} is"
                f" of scope {who.scope}"
            )

    def process_response(
        self,
        req: falcon.Request,
        resp: falcon.Response,
        resource: object,
        req_succeeded: bool,
    ) -> None:
        """Answer a change only once it stands in the audit log, with its words or its refusal."""
        noted = getattr(req.context, "noted", None)
        if noted is None:
            return
        req.context.noted = None
        entry, who = noted(), req.context.identity
        is_repeat: bool = getattr(req.context, "is_repeat", False)
        status = resp.status_code if resp.status_code >= _REFUSED or is_repeat else 0
        said = _said(req)
        if status or said:
            act = self._act(req, who)
            told = {"what": f"{act.what} {said}".strip()[:_MOST_TOLD], "status": status}
            told |= {"of": entry, "repeat": is_repeat}
            self._audit.note(msgspec.structs.replace(act, **told))()

    def _noted(self, act: Act, address: str) -> Callable[[], str]:
        noted = self._audit.note(act)
        if address == _HOT:
            # PERF: an event goes down the same pipe, behind its entry: both are waited for at once.
            return noted
        entry = noted()
        return lambda: entry

    def _act(self, req: falcon.Request, who: Identity) -> Act:
        return Act(
            who=who.name,
            kind=who.kind,
            what=f"{req.method} {without_secrets(req.relative_uri)}"[:_MOST_TOLD],
            where=req.context.address,
            epoch=int(self._clock()),
        )

    def _refuse(self, address: str) -> NoReturn:
        wait_s = self._throttle.wait_s(address)
        self._throttle.failed(address)
        if wait_s:
            raise falcon.HTTPTooManyRequests(
                description="too many wrong tokens from this address", retry_after=wait_s
            )
        raise falcon.HTTPUnauthorized(
            description="say Authorization: Bearer TOKEN, with a valid token",
            challenges=['Bearer realm="cockpit"'],
        )

    def _still_knows(self, token: str, found: Identity) -> bool:
        try:
            return self._knows(token) == found
        except falcon.HTTPError:
            return False

    def _knows(self, token: str) -> Identity | None:
        try:
            return self._identify(token) if token else None
        except (InputError, OpsError) as error:
            # SECURITY: the reason names files of this machine; the stranger hears none of it.
            self._report(OpsError(str(error)))
            raise falcon.HTTPServiceUnavailable(
                description="tokens cannot be checked now, try again later", retry_after=5
            ) from error


def _said(req: falcon.Request) -> str:
    """Return what stood in the body, where somebody decided who may do what, or whose code runs."""
    body = getattr(req.context, "body", None)
    return words(body) if body is not None and re.fullmatch(TOLD, req.uri_template or "") else ""


def _told(req: falcon.Request) -> list[list[Hop]]:
    """Return what proxies said, by the standard's header and by the older ones."""
    sources = (req.get_header("X-Forwarded-For") or "").split(",")
    scheme = (req.get_header("X-Forwarded-Proto") or "").strip()
    return [
        [Hop(one.src or "", one.scheme or "") for one in req.forwarded or ()],
        [Hop(source.strip(), scheme) for source in sources if source.strip()],
    ]
