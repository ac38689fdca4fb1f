"""Alertmanager's webhook, version 4: one alarm for each alert of a group.

See: Alertmanager's configuration, `<webhook_config>`.
"""

import msgspec

from cockpit.events import Alarm
from cockpit.rest.webhooks.alert import Alert
from cockpit.rest.webhooks.delivery import Delivery, Entry
from cockpit.rest.webhooks.signature import need_secret


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """What one notification tells."""

    alerts: list[Alert]
    receiver: str = ""
    group: str = msgspec.field(name="groupKey", default="")
    url: str = msgspec.field(name="externalURL", default="")
    n_cut: int = msgspec.field(name="truncatedAlerts", default=0)


def verify(delivery: Delivery, secret: str) -> None:
    """Let in who says the secret.

    Raises:
        UnverifiedError: It is missing or another one.
    """
    need_secret(delivery, secret)


def read(delivery: Delivery) -> list[Entry]:
    """Return an alarm for each alert; both of a pair of Alertmanagers make one.

    Raises:
        InputError: The body is no notification.
    """
    group, now = delivery.json(Group), delivery.epoch
    about = {"group": group.group, "receiver": group.receiver, "alertmanager": group.url}
    entries = [Entry(alert.alarm(now, **about), alert.mark("am", now)) for alert in group.alerts]
    return entries + ([Entry(_cut(group, now))] if group.n_cut > 0 else [])


def _cut(group: Group, now: float) -> Alarm:
    return Alarm(
        service=f"alertmanager!{group.receiver}",
        method="truncated",
        msg=f"{group.n_cut} alerts were cut from a notification of {group.group}",
        epoch=int(now),
        status="firing",
        url=group.url,
    )
