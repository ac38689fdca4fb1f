"""Senders of webhooks, as they really send: signed, packed, and turned away when they are not."""

import datetime as dt
import hashlib
import hmac
import json
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent
from standardwebhooks import Webhook

from flows.product import Product, repository, until

SECRETS = {
    "webhooks_github_secret": "It's a Secret to Everybody",
    "webhooks_standard_secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "webhooks_cloudevents_secret": "s3cret",
    "webhooks_sentry_keys": "k3y",
}
TEMPLATE = {
    "service.hrd": "events.generic = on_webhook\n",
    "actions.py": "def on_webhook(event, service):\n    return event.args['event']\n",
}
PROGRAM = """
import sys, sentry_sdk
sentry_sdk.init(dsn=sys.argv[1], release="shop@1.2", default_integrations=False)

def add_to_cart():
    raise ValueError("bad cart")

sentry_sdk.set_context("login", {"password": "hunter2"})
try:
    add_to_cart()
except ValueError:
    sentry_sdk.capture_exception()
sentry_sdk.flush(10)
"""


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    made = cockpit(**SECRETS)
    repository(made.home, "hooks", {"hook": TEMPLATE}, "hook__main:\n")
    made.start()
    made.ask("blueprint", "execute", "--repo", "hooks")
    return made


def post(desk: Product, path: str, body: bytes, headers: dict[str, str]) -> dict:
    url = f"http://{desk.addresses()['http']}{path}"
    asked = urllib.request.Request(url, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def events(desk: Product, type_: str) -> list[dict]:
    return desk.ask("event", "list", "--type", type_)


def github(body: bytes) -> dict[str, str]:
    signed = hmac.new(SECRETS["webhooks_github_secret"].encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": "d1",
        "X-Hub-Signature-256": f"sha256={signed}",
        "Content-Type": "application/json",
    }


def test_a_signed_push_of_github_is_acted_on_once(desk: Product):
    body = json.dumps({"ref": "refs/heads/main", "repository": {"full_name": "o/r"}}).encode()
    for _ in range(2):
        answer = post(desk, "/webhooks/github", body, github(body))

    (event,) = events(desk, "generic")
    assert answer == {"events": [event["id"]], "repeats": 1}
    (job,) = desk.settled(event["id"])["jobs"]
    assert (job["service"], job["action"], job["result"]) == ("hook!main", "on_webhook", "push")
    with pytest.raises(HTTPError, match="401") as refused:
        urllib.request.urlopen(event["meta"]["raw"])
    refused.value.close()


def test_one_changed_byte_stores_nothing(desk: Product):
    body = b'{"ref": "main"}'
    with pytest.raises(HTTPError, match="401") as refused:
        post(desk, "/webhooks/github", body.replace(b"main", b"mein"), github(body))
    refused.value.close()

    assert events(desk, "generic") == []


def test_standard_webhooks_signs_for_us(desk: Product):
    body = '{"type": "invoice.paid", "data": {"n": 7}}'
    now = dt.datetime.now(dt.UTC)
    signature = Webhook(SECRETS["webhooks_standard_secret"]).sign("msg_1", now, body)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
        "Content-Type": "application/json",
    }

    post(desk, "/webhooks/standard", body.encode(), headers)

    (event,) = events(desk, "generic")
    assert (event["args"]["event"], event["args"]["payload"]) == ("invoice.paid", {"n": 7})


@pytest.mark.parametrize("write", [to_binary_event, to_structured_event])
def test_cloudevents_sends_to_us(desk: Product, write: Callable):
    about = {"specversion": "1.0", "type": "order.made", "source": "/shop", "id": "A1"}
    sent = write(CloudEvent(about | {"datacontenttype": "application/json"}, {"n": 1}))

    headers = dict(sent.headers) | {"Authorization": "Bearer s3cret"}
    post(desk, "/webhooks/cloudevents", sent.body, headers)

    (event,) = events(desk, "generic")
    assert (event["args"]["key"], event["args"]["payload"]) == ("A1", {"n": 1})


def test_an_exception_that_sentry_sdk_captures_is_an_eco(desk: Product):
    dsn = f"http://k3y@{desk.addresses()['http']}/7"
    subprocess.run([sys.executable, "-c", PROGRAM, dsn], check=True, timeout=60)

    (event,) = until(lambda: events(desk, "eco"))
    assert event["error_msg"] == "ValueError: bad cart"
    assert (event["app_name"], event["func_name"]) == ("shop", "add_to_cart")
    assert event["tags"].startswith("level:error")
    assert (event["gid"], event["nid"]) == (1, 1)
    assert event["error_pub"]
    assert "hunter2" not in str(event)
