"""Grafana's alerting webhook: an Alertmanager notification with more, and a signature of its own.

See: Grafana's "Configure the webhook notifier".
"""

from typing import Any

import msgspec

from cockpit.events import Alarm
from cockpit.rest.webhooks.alert import Alert
from cockpit.rest.webhooks.alertmanager import Notice, cut
from cockpit.rest.webhooks.delivery import Delivery, Entry, UnverifiedError
from cockpit.rest.webhooks.signature import hex_hmac, is_same, need_fresh, need_secret


class Reading(Alert, frozen=True, kw_only=True):
    """An alert with the values that made it."""

    values: dict[str, Any] | None = None
    silence: str = msgspec.field(name="silenceURL", default="")
    dashboard: str = msgspec.field(name="dashboardURL", default="")
    panel: str = msgspec.field(name="panelURL", default="")
    image: str = msgspec.field(name="imageURL", default="")


class Notification(Notice, frozen=True, kw_only=True):
    """One notification."""

    alerts: list[Reading]
    organisation: int = msgspec.field(name="orgId", default=0)


class Signing(msgspec.Struct, frozen=True, kw_only=True):
    """How this Grafana signs.

    Attributes:
        secret: "" when it does not sign.
        header: Holds the signature in hex.
        stamp_header: Holds the time that is signed with the body; "" when none is.
    """

    secret: str = ""
    header: str = "X-Grafana-Alerting-Signature"
    stamp_header: str = ""


def verify(delivery: Delivery, token: str, signing: Signing) -> None:
    """Let in what is signed; where nothing is, who says the token.

    Raises:
        UnverifiedError: It does not fit.
    """
    if not signing.secret:
        need_secret(delivery, token)
        return
    stamped = b""
    if signing.stamp_header:
        stamp = delivery.header(signing.stamp_header)
        need_fresh(stamp, delivery.epoch)
        stamped = f"{stamp}:".encode()
    expected = hex_hmac(signing.secret, stamped, delivery.body)
    if not is_same(delivery.header(signing.header), expected):
        raise UnverifiedError(f"{signing.header}: it is not of this body and our secret")


def read(delivery: Delivery) -> list[Entry]:
    """Return an alarm for each alert.

    Raises:
        InputError: The body is no notification.
    """
    told, now = delivery.json(Notification), delivery.epoch
    source = f"grafana:{told.organisation}"
    entries = [Entry(_alarm(one, told, now), one.mark(source, now)) for one in told.alerts]
    return [*entries, *cut(told, entries, source="grafana", now=now)]


def _alarm(reading: Reading, told: Notification, now: float) -> Alarm:
    values = reading.values or {}
    alarm = reading.alarm(
        now,
        group=told.group,
        values=values,
        silence=reading.silence,
        dashboard=reading.dashboard,
        panel=reading.panel,
        image=reading.image,
    )
    shown = ", ".join(f"{name}={_shown(value)}" for name, value in values.items())
    return msgspec.structs.replace(alarm, msg=f"{alarm.msg} ({shown})" if shown else alarm.msg)


def _shown(value: Any) -> str:
    """Write a reading; one that is no number (no data, NaN) as it came."""
    return f"{value:g}" if isinstance(value, int | float) else str(value)
