"""Alertmanager's webhook, version 4: one alarm for each alert of a group.

See: Alertmanager's configuration, `<webhook_config>`.
"""

import hashlib
import urllib.parse
from collections.abc import Mapping

import msgspec

from cockpit.events import Alarm
from cockpit.rest.webhooks.alert import Alert
from cockpit.rest.webhooks.delivery import Delivery, Entry


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a notification tells of all its alerts."""

    receiver: str = ""
    group: str = msgspec.field(name="groupKey", default="")
    url: str = msgspec.field(name="externalURL", default="")
    n_cut: int = msgspec.field(name="truncatedAlerts", default=0)


class Group(Notice, frozen=True, kw_only=True):
    """One notification."""

    alerts: list[Alert]


def read(delivery: Delivery) -> list[Entry]:
    """Return an alarm for each alert; both of a pair of Alertmanagers make one.

    Raises:
        InputError: The body is no notification.
    """
    group, now = delivery.json(Group), delivery.epoch
    about = {"group": group.group, "receiver": group.receiver, "alertmanager": group.url}
    entries = [
        Entry(
            alert.alarm(now, **about, silence=_silence(group.url, alert.labels)),
            alert.mark("am", now),
        )
        for alert in group.alerts
    ]
    return [*entries, *cut(group, entries, source="alertmanager", now=now)]


def cut(notice: Notice, entries: list[Entry], *, source: str, now: float) -> list[Entry]:
    """Return an alarm that says how many alerts a notification left out; none when all are there.

    Args:
        entries: Those that are there: the same ones make it the same notification.
    """
    if notice.n_cut <= 0:
        return []
    alarm = Alarm(
        service=f"{source}!{notice.receiver}",
        method="truncated",
        msg=f"{notice.n_cut} alerts were cut from a notification of {notice.group}",
        epoch=int(now),
        status="firing",
        url=notice.url,
    )
    told = "\0".join([notice.group, str(notice.n_cut), *[entry.mark for entry in entries]])
    return [Entry(alarm, f"{source}:cut:{hashlib.sha256(told.encode()).hexdigest()[:32]}")]


def _silence(url: str, labels: Mapping[str, str]) -> str:
    """Return where a person silences such alerts."""
    if not url:
        return ""
    texts = [
        f"{name}={msgspec.json.encode(value).decode()}" for name, value in sorted(labels.items())
    ]
    chosen = urllib.parse.quote(f"{{{','.join(texts)}}}", safe="")
    return f"{url.rstrip('/')}/#/silences/new?filter={chosen}"
