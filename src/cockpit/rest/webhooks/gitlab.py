"""GitLab: one generic event for each delivery, and an alarm when a pipeline or a build fails.

See: GitLab's "Webhook events", and "Delivery headers".
"""

import hashlib
from typing import Any

from cockpit.events import Alarm, Generic
from cockpit.rest.webhooks.delivery import Delivery, Entry, UnverifiedError, words
from cockpit.rest.webhooks.signature import is_same, need_signed

_KINDS = ("pipeline", "build")


def verify(delivery: Delivery, token: str, signing_secret: str = "") -> None:
    """Let in what GitLab signed, or what says the token where nothing is signed.

    Args:
        token: The secret token of the webhook; "" takes only what is signed.
        signing_secret: The signing token; "" takes only the secret token.

    Raises:
        UnverifiedError: Neither fits.
    """
    if signing_secret and delivery.header("webhook-signature"):
        need_signed(delivery, signing_secret)
    elif not token or not is_same(delivery.header("x-gitlab-token"), token):
        raise UnverifiedError("X-Gitlab-Token: this is not the secret token of this source")


def read(delivery: Delivery) -> list[Entry]:
    """Return the events of a delivery.

    Raises:
        InputError: The body is no JSON object.
    """
    payload = delivery.json(dict[str, Any])
    about = _part(payload, "object_attributes")
    kind = str(payload.get("object_kind") or payload.get("event_name") or "unknown")
    action = str(about.get("action") or "")
    project = _part(payload, "project").get("path_with_namespace")
    event = f"{kind}.{action}" if action else kind
    labels = payload.get("labels")
    tags = words(
        "gitlab",
        kind,
        action,
        project,
        payload.get("user_username") or _part(payload, "user").get("username"),
        payload.get("ref") or about.get("ref"),
        *[one.get("title") for one in labels or [] if isinstance(one, dict)]
        if isinstance(labels, list)
        else [],
    )
    args = {"source": "gitlab", "event": event, "payload": payload}
    mark = f"gitlab:{_identity(delivery)}"
    entries = [Entry(Generic(tags=tags, args=args, epoch=int(delivery.epoch)), mark)]
    status = str(about.get("status") or payload.get("build_status") or "")
    if kind in _KINDS and status == "failed":
        alarm = Alarm(
            service=f"gitlab!{project or 'unknown'}",
            method=kind,
            msg=f"{kind} {about.get('id') or payload.get('build_name') or ''} failed",
            epoch=int(delivery.epoch),
            status="firing",
            url=str(about.get("url") or _part(payload, "project").get("web_url") or ""),
        )
        entries.append(Entry(alarm, f"{mark}:alarm"))
    return entries


def _identity(delivery: Delivery) -> str:
    # The first two are the same over all tries of one delivery.
    for name in ("idempotency-key", "webhook-id", "x-gitlab-webhook-uuid"):
        if found := delivery.header(name):
            return found
    return hashlib.sha256(delivery.body).hexdigest()


def _part(payload: dict[str, Any], name: str) -> dict[str, Any]:
    found = payload.get(name)
    return found if isinstance(found, dict) else {}
