"""Any JSON of any program that knows the secret: one generic event."""

from typing import Any

from cockpit.events import Generic
from cockpit.rest.webhooks.delivery import Delivery, Entry, UnverifiedError, words
from cockpit.rest.webhooks.signature import is_same, need_secret


def verify(delivery: Delivery, secret: str) -> None:
    """Let in who says the secret in `Authorization` or in `X-Webhook-Token`.

    Raises:
        UnverifiedError: It is missing or another one.
    """
    given = delivery.header("x-webhook-token")
    if not given:
        need_secret(delivery, secret)
    elif not is_same(given, secret):
        raise UnverifiedError("X-Webhook-Token: this is not the secret of this source")


def read(delivery: Delivery) -> list[Entry]:
    """Return the event; `?tags=a,b` tags it, `?event=word` names it.

    `Idempotency-Key` names what happened.

    Raises:
        InputError: The body is no JSON.
    """
    payload: Any = delivery.json(object, form_field="payload")
    event = delivery.query.get("event", "")
    tags = words("generic", event, *delivery.query.get("tags", "").split(","))
    args = {"source": "generic", "event": event, "payload": payload}
    key = delivery.header("idempotency-key")
    generic = Generic(tags=tags, args=args, epoch=int(delivery.epoch))
    return [Entry(generic, f"generic:{key}" if key else "")]
