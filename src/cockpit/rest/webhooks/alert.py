"""An alert as Prometheus and its relatives write it, and the alarm that it is here.

See: Alertmanager's "Webhook receiver", version 4; the API of Prometheus's alert generators.
"""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from cockpit.events import Alarm

_SEVERITY = {"error": "critical", "page": "critical", "warn": "warning"}


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """One alert; a time in the year 1 is one that was not set."""

    labels: dict[str, str] = {}
    annotations: dict[str, str] = {}
    status: str = ""
    starts_at: datetime | None = msgspec.field(name="startsAt", default=None)
    ends_at: datetime | None = msgspec.field(name="endsAt", default=None)
    url: str = msgspec.field(name="generatorURL", default="")
    fingerprint: str = ""

    def is_resolved(self, now: float) -> bool:
        """Tell whether it is over, by its own word or by its end."""
        if self.status:
            return self.status.lower() in {"resolved", "ok", "normal"}
        return 0 < epoch_of(self.ends_at) <= now

    def identity(self) -> str:
        """Return its fingerprint; of one without, a hash of its labels."""
        if self.fingerprint:
            return self.fingerprint
        text = "\0".join(f"{name}\1{value}" for name, value in sorted(self.labels.items()))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def mark(self, source: str, now: float) -> str:
        """Name what happened: the same for each repeat, and for each of two senders of a pair.

        "" when nothing tells this time from the one before.
        """
        resolved = self.is_resolved(now)
        when = epoch_of(self.starts_at) or (epoch_of(self.ends_at) if resolved else 0)
        status = "resolved" if resolved else "firing"
        return f"{source}:{self.identity()}:{when}:{status}" if when else ""

    def alarm(self, now: float, **meta: Any) -> Alarm:
        """Return the alarm.

        Args:
            now: When it arrived, in seconds.
            meta: More that is told of it; what is empty is left out.
        """
        labels, resolved = self.labels, self.is_resolved(now)
        name = labels.get("alertname", "")
        role = labels.get("service") or labels.get("job") or name or "unknown"
        instance = labels.get("instance") or labels.get("pod") or labels.get("node") or ""
        severity = labels.get("severity", "").lower()
        about = {"fingerprint": self.identity(), "annotations": self.annotations} | meta
        # Prometheus says an alert again and again, and each time until when it holds.
        ends = epoch_of(self.ends_at)
        about |= {"ends": ends} if ends > now and not resolved else {}
        return Alarm(
            service=f"{role}!{instance}",
            method=name or "alert",
            msg=_message(self.annotations) or name,
            epoch=epoch_of(self.ends_at if resolved else self.starts_at) or int(now),
            status="resolved" if resolved else "firing",
            severity=_SEVERITY.get(severity, severity),
            labels=labels,
            url=self.url,
            meta={word: value for word, value in about.items() if value},
        )


def epoch_of(moment: datetime | None) -> int:
    """Return seconds since 1970; 0 for a time that was not set."""
    if moment is None or moment.year == 1:
        return 0
    return int(moment.timestamp())


def _message(annotations: dict[str, str]) -> str:
    names = ("summary", "description", "message")
    return next((annotations[name] for name in names if annotations.get(name)), "")
