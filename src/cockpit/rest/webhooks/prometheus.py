"""Prometheus itself, to which this is an Alertmanager: it sends each alert again and again.

See: Alertmanager's API v2, `POST /api/v2/alerts`; Prometheus's "Sending alerts".
"""

from cockpit.errors import InputError
from cockpit.rest.webhooks.alert import Alert
from cockpit.rest.webhooks.delivery import Delivery, Entry


def read(delivery: Delivery) -> list[Entry]:
    """Return an alarm for each alert; the mark lets only changes through.

    Raises:
        InputError: The body is no list of alerts, or one has no labels.
    """
    alerts, now = delivery.json(list[Alert]), delivery.epoch
    for index, alert in enumerate(alerts):
        if not alert.labels:
            raise InputError(f"$[{index}].labels: an alert needs at least one label")
    return [Entry(one.alarm(now), one.mark("prometheus", now)) for one in alerts]
