"""GitHub: one generic event for each delivery, and an alarm when work fails or code is unsafe.

See: GitHub's "Validating webhook deliveries" and "Webhook events and payloads".
"""

from datetime import datetime
from typing import Any

from cockpit.events import Alarm, Generic
from cockpit.rest.webhooks.delivery import Delivery, Entry, UnverifiedError, words
from cockpit.rest.webhooks.signature import hex_hmac, is_same

_FAILED = {"failure", "timed_out", "startup_failure", "action_required", "error"}
# Which payload says how it ended, and what names the work.
_ENDS = {
    "workflow_run": ("conclusion", "name"),
    "check_run": ("conclusion", "name"),
    "deployment_status": ("state", "environment"),
}
# Alerts of GitHub's own: which of their actions begin and end one.
_ALERTS = {"dependabot_alert", "secret_scanning_alert"}
_BEGIN = {"created", "reopened", "auto_reopened", "reintroduced", "publicly_leaked"}
_END = {"fixed", "dismissed", "auto_dismissed", "resolved"}


def verify(delivery: Delivery, secret: str) -> None:
    """Let in what GitHub signed.

    Raises:
        UnverifiedError: The signature is missing, or not of this body and secret.
    """
    expected = "sha256=" + hex_hmac(secret, delivery.body)
    if not is_same(delivery.header("x-hub-signature-256"), expected):
        raise UnverifiedError("X-Hub-Signature-256: it is not of this body and our secret")


def read(delivery: Delivery) -> list[Entry]:
    """Return the events of a delivery.

    `args` has `source`, `event` and `key` as in 2016, and the payload.

    Raises:
        InputError: A header is missing, or the body is no JSON.
    """
    event, guid = delivery.needed("X-GitHub-Event"), delivery.needed("X-GitHub-Delivery")
    payload = delivery.json(dict[str, Any], form_field="payload")
    key = f"{event}.{guid}.{int(delivery.epoch)}"
    args = {"source": "github", "event": event, "key": key, "payload": payload}
    generic = Generic(tags=_tags(event, payload), args=args, epoch=int(delivery.epoch))
    mark = f"github:{guid}"
    alarm = _failure(event, payload, delivery.epoch) or _finding(event, payload, delivery.epoch)
    # A redelivery has the same id: its alarm is no second one either.
    return [Entry(generic, mark), *([Entry(alarm, f"{mark}:alarm")] if alarm else [])]


def _tags(event: str, payload: dict[str, Any]) -> list[str]:
    labels = _part(payload, "issue") or _part(payload, "pull_request")
    return words(
        "github",
        event,
        payload.get("action"),
        _part(payload, "repository").get("full_name"),
        _part(payload, "sender").get("login"),
        payload.get("ref"),
        *[_name(label) for label in _list(labels.get("labels"))],
    )


def _failure(event: str, payload: dict[str, Any], now: float) -> Alarm | None:
    if event not in _ENDS:
        return None
    word, name = _ENDS[event]
    about = _part(payload, event)
    ended = str(about.get(word) or "")
    if ended not in _FAILED:
        return None
    url = str(about.get("html_url") or about.get("target_url") or "")
    method = str(about.get(name) or event)
    return Alarm(
        service=_service(payload),
        method=method,
        msg=f"{method}: {ended}",
        epoch=_epoch(about.get("updated_at"), now),
        status="firing",
        url=url,
    )


def _finding(event: str, payload: dict[str, Any], now: float) -> Alarm | None:
    action = payload.get("action")
    if event not in _ALERTS or action not in _BEGIN | _END:
        return None
    about = _part(payload, "alert")
    advisory = _part(about, "security_advisory")
    package = _part(_part(about, "dependency"), "package").get("name")
    what = [package, advisory.get("summary"), about.get("secret_type_display_name")]
    return Alarm(
        service=_service(payload),
        method=event,
        msg=": ".join(words(*what, about.get("secret_type"))[:2]) or event,
        epoch=_epoch(about.get("updated_at") or about.get("created_at"), now),
        status="firing" if action in _BEGIN else "resolved",
        severity=str(advisory.get("severity") or ""),
        url=str(about.get("html_url") or ""),
    )


def _service(payload: dict[str, Any]) -> str:
    return f"github!{_part(payload, 'repository').get('full_name') or 'unknown'}"


def _part(payload: dict[str, Any], name: str) -> dict[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _name(label: Any) -> str:
    return str(label.get("name") or "") if isinstance(label, dict) else ""


def _epoch(text: Any, now: float) -> int:
    try:
        return int(datetime.fromisoformat(str(text)).timestamp())
    except (ValueError, OverflowError):
        return int(now)
