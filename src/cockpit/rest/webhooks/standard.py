"""Standard Webhooks: `{type, timestamp, data}`, signed.

See: the Standard Webhooks specification, "Payload structure" and "Signature scheme".
"""

from typing import Any

from cockpit.rest.webhooks.delivery import Delivery, Entry
from cockpit.rest.webhooks.typed import typed


def read(delivery: Delivery) -> list[Entry]:
    """Return the event of a delivery.

    Raises:
        InputError: A header is missing, or the body is no JSON object.
    """
    payload, message_id = delivery.json(dict[str, Any]), delivery.needed("webhook-id")
    kind = str(payload.get("type") or "")
    event = typed(
        kind,
        payload.get("data", payload),
        source="standard",
        epoch=int(delivery.epoch),
        args={"key": message_id},
    )
    return [Entry(event, f"standard:{message_id}")]
