"""CloudEvents 1.0 over HTTP: structured, batched, binary.

See: "HTTP Protocol Binding for CloudEvents" 1.0.2 §3.
"""

import base64
import binascii
import urllib.parse
from datetime import datetime
from typing import Any

import msgspec

from cockpit.errors import InputError
from cockpit.rest.webhooks.delivery import Delivery, Entry, decode
from cockpit.rest.webhooks.typed import typed

_BATCH = "application/cloudevents-batch"
_STRUCTURED = "application/cloudevents"
_NEEDED = ("id", "source", "specversion", "type")


def read(delivery: Delivery) -> list[Entry]:
    """Return an event for each CloudEvent.

    Raises:
        InputError: It is none, or of another version, or has no JSON where it says so.
    """
    # The batch first: its type begins like the other one.
    if delivery.media_type.startswith(_BATCH):
        found = delivery.json(list[dict[str, Any]])
        return [_entry(one, delivery, f"$[{n}].") for n, one in enumerate(found)]
    if delivery.media_type.startswith(_STRUCTURED):
        return [_entry(delivery.json(dict[str, Any]), delivery, "$.")]
    return [_entry(_binary(delivery), delivery, "ce-")]


def _binary(delivery: Delivery) -> dict[str, Any]:
    told: dict[str, Any] = {
        name.removeprefix("ce-"): _plain(value)
        for name, value in delivery.headers.items()
        if name.startswith("ce-")
    }
    kind = delivery.media_type
    if not delivery.body:
        return told
    if kind in {"", "application/json"} or kind.endswith("+json"):
        return told | {"data": decode(delivery.body, object)}
    try:
        return told | {"data": delivery.body.decode()}
    except UnicodeDecodeError:
        return told | {"data_base64": base64.b64encode(delivery.body).decode()}


def _plain(value: str) -> str:
    """Take quotes and percent encoding off a header (§3.1.3.2)."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return urllib.parse.unquote(value)


def _entry(told: dict[str, Any], delivery: Delivery, where: str) -> Entry:
    for name in _NEEDED:
        if not isinstance(told.get(name), str) or not told[name]:
            raise InputError(f"{where}{name}: missing, or no text")
    if not told["specversion"].startswith("1."):
        raise InputError(f"{where}specversion: {told['specversion']!r:.40} is not 1.0")
    about = {name: value for name, value in told.items() if name not in {"data", "data_base64"}}
    event = typed(
        told["type"],
        _data(told, where),
        source="cloudevents",
        epoch=_epoch(told.get("time")) or int(delivery.epoch),
        args={"key": told["id"], "cloudevent": about},
    )
    return Entry(event, f"ce:{told['source']}|{told['id']}")


def _data(told: dict[str, Any], where: str) -> Any:
    if "data_base64" not in told:
        return told.get("data")
    try:
        octets = base64.b64decode(str(told["data_base64"]), validate=True)
    except binascii.Error as error:
        raise InputError(f"{where}data_base64: no base64") from error
    try:
        return msgspec.json.decode(octets)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return told["data_base64"]


def _epoch(text: Any) -> int:
    try:
        return int(datetime.fromisoformat(str(text)).timestamp())
    except (ValueError, OverflowError):
        return 0
