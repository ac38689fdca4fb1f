"""Turning a received message into a durable event; only then does the door say 250.

envelope → raw mail to stor → parse → attachments to stor → Log.append → reply
"""

import hashlib
import itertools
import re
import secrets
import time
from collections.abc import Callable
from email.utils import formatdate
from typing import Any

import gevent

from cockpit import events
from cockpit.bus import Log
from cockpit.mail import Message, parse
from cockpit.smtp.session import Envelope
from cockpit.stor import Digest, Stor, link

SPACE = "mail"
MAX_BODY_BYTES = 256 * 1024
KEEP_MARK_S = 86400
_IN_PLACE_BYTES = 256 * 1024  # Beyond it, reading would hold the hub for too long.

_NOT_IN_TRACE = re.compile(r"[^A-Za-z0-9.:_\[\]-]")
_MAX_HELO_CHARS = 255


class Intake:
    """Stores mails as events; called by the door with each message.

    Args:
        public_url: Where stor objects are read, without a slash at its end, or what gives it.
        hostname: Ours, for the trace.
        clock: Unix seconds.
    """

    def __init__(
        self,
        stor: Stor,
        log: Log,
        *,
        public_url: Callable[[], str] | str,
        hostname: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._stor = stor
        self._log = log
        self._public_url = public_url
        self._hostname = hostname
        self._clock = clock
        # PERF: asking the kernel for each mail took 3 % of the rack's time.
        self._run = secrets.token_hex(8)
        self._numbers = itertools.count(1)

    def __call__(self, envelope: Envelope) -> str:
        """Store a message and its event durably.

        A repeat within a day (same Message-ID, content and envelope) makes no second event;
        a mail without Message-ID is always new.

        Returns:
            The reply: `250 2.0.0 stored as <event id>`, or `stored before as`.

        Raises:
            OpsError: The disk or Redis is in trouble; nothing was promised.
        """
        now = self._clock()
        message, content_hash = _off_the_hub(_read, envelope)
        raw = self._stor.put(SPACE, (self._trace(envelope, now), envelope.data))
        attached = {each.name: self._stor.put(SPACE, each.content) for each in message.attachments}
        body, whole = self._shorten(message.text)
        links = {"raw": raw} | ({"body": whole} if whole else {})
        event = events.Email(
            body=body,
            bodytype=message.bodytype,
            attachments={name: self._link(digest) for name, digest in attached.items()},
            cc=message.cc,
            sender=message.sender or envelope.sender,
            subject=message.subject,
            to=message.to,
            epoch=message.epoch or int(now),
            meta=_meta(envelope, message, now) | {k: self._link(d) for k, d in links.items()},
        )
        digests = dict.fromkeys([*links.values(), *attached.values()])
        appended = self._log.append(
            event,
            mark=f"email:{content_hash}" if message.message_id else None,
            keep_mark_s=KEEP_MARK_S,
            refs=[f"{SPACE}/{digest}" for digest in digests],
        )
        if appended.is_new:
            return f"250 2.0.0 stored as {appended.id}"
        self._stor.remove(SPACE, raw)  # Its trace makes it nobody else's.
        return f"250 2.0.0 stored before as {appended.id}"

    def _link(self, digest: Digest) -> str:
        url = self._public_url if isinstance(self._public_url, str) else self._public_url()
        return link(url, SPACE, digest)

    def _shorten(self, text: str) -> tuple[str, Digest | None]:
        """Cut a long body for the event, and store it whole."""
        if len(text) * 4 <= MAX_BODY_BYTES:
            return text, None
        octets = text.encode("utf-8")
        if len(octets) <= MAX_BODY_BYTES:
            return text, None
        cut = octets[:MAX_BODY_BYTES].decode("utf-8", "ignore")
        return cut, self._stor.put(SPACE, octets)

    def _trace(self, envelope: Envelope, now: float) -> bytes:
        """Write our Received field.

        See: RFC 5321 §4.4; RFC 3848 and RFC 6531 §4.3 for the protocol names.
        """
        helo = _NOT_IN_TRACE.sub("?", envelope.helo[:_MAX_HELO_CHARS])
        peer = _NOT_IN_TRACE.sub("?", envelope.peer)
        protocol = "ESMTP" if envelope.esmtp else "SMTP"
        if "SMTPUTF8" in envelope.params:
            protocol = "UTF8SMTP"
        return (
            f"Received: from {helo} ([{peer}])\r\n\tby {self._hostname} with {protocol}"
            f" id {self._run}{next(self._numbers):x};\r\n\t{formatdate(now)}\r\n"
        ).encode("ascii", "replace")


def _read(envelope: Envelope) -> tuple[Message, str]:
    """Take the mail apart and hash content and envelope (addresses hold no NUL or LF)."""
    route = "\n".join([envelope.sender, *envelope.recipients])
    content_hash = hashlib.sha256(route.encode("utf-8") + b"\0" + envelope.data)
    return parse(envelope.data), content_hash.hexdigest()


def _off_the_hub(
    read: Callable[[Envelope], tuple[Message, str]], envelope: Envelope
) -> tuple[Message, str]:
    if len(envelope.data) <= _IN_PLACE_BYTES:
        return read(envelope)
    result: tuple[Message, str] = gevent.get_hub().threadpool.apply(read, (envelope,))
    return result


def _meta(envelope: Envelope, message: Message, now: float) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "source": "smtp",
        "received_at": int(now),
        "message_id": message.message_id,
        "envelope": {"from": envelope.sender, "to": list(envelope.recipients)},
        "peer": envelope.peer,
    }
    if message.warnings:
        meta["warnings"] = message.warnings
    return meta
