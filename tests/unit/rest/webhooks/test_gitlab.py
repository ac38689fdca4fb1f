import hashlib

import msgspec
import pytest

from cockpit.access.signing import sign
from cockpit.rest.webhooks import Delivery, UnverifiedError, gitlab

SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUSH = {
    "object_kind": "push",
    "ref": "refs/heads/main",
    "user_username": "ann",
    "project": {"path_with_namespace": "ops/site", "web_url": "https://git.example.org/ops/site"},
}


def delivered(payload, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Delivery(headers=named, body=msgspec.json.encode(payload), epoch=1700000000.0)


def test_the_secret_token_lets_in():
    gitlab.verify(delivered(PUSH, x_gitlab_token="s3cret"), "s3cret")


@pytest.mark.parametrize("given", ["", "S3cret"])
def test_another_token_does_not(given):
    with pytest.raises(UnverifiedError, match="X-Gitlab-Token"):
        gitlab.verify(delivered(PUSH, x_gitlab_token=given), "s3cret")


def test_no_secret_lets_nobody_in():
    with pytest.raises(UnverifiedError):
        gitlab.verify(delivered(PUSH, x_gitlab_token=""), "")


def signed(body_of=PUSH):
    body = msgspec.json.encode(body_of)
    given = sign(SIGNING, "d1", "1700000000", body)
    return delivered(PUSH, webhook_id="d1", webhook_timestamp="1700000000", webhook_signature=given)


def test_a_signature_is_preferred_to_the_token():
    gitlab.verify(signed(), "", SIGNING)
    with pytest.raises(UnverifiedError, match="webhook-signature"):
        gitlab.verify(signed({"other": 1}), "s3cret", SIGNING)


def test_a_signature_without_a_signing_secret_counts_for_nothing():
    with pytest.raises(UnverifiedError):
        gitlab.verify(signed(), "s3cret")


def test_a_push_is_one_generic_event():
    (entry,) = gitlab.read(delivered(PUSH, idempotency_key="k1", x_gitlab_webhook_uuid="u1"))

    assert entry.mark == "gitlab:k1"
    assert entry.event.args == {"source": "gitlab", "event": "push", "payload": PUSH}
    assert entry.event.tags == ["gitlab", "push", "ops/site", "ann", "refs/heads/main"]


def test_what_happened_to_an_issue_is_in_its_name():
    payload = {
        "object_kind": "issue",
        "object_attributes": {"action": "open"},
        "labels": [{"title": "bug"}, 7],
        "user": {"username": "bob"},
    }

    (entry,) = gitlab.read(delivered(payload))

    assert entry.event.args["event"] == "issue.open"
    assert entry.event.tags == ["gitlab", "issue", "open", "bob", "bug"]
    digest = hashlib.sha256(msgspec.json.encode(payload)).hexdigest()
    assert entry.mark == f"gitlab:{digest}"


def test_a_pipeline_that_failed_is_an_alarm_as_well():
    about = {"id": 7, "status": "failed", "url": "https://git.example.org/p/7"}
    payload = PUSH | {"object_kind": "pipeline", "object_attributes": about}

    _, alarm = gitlab.read(delivered(payload, idempotency_key="k"))

    assert (alarm.event.service, alarm.event.method) == ("gitlab!ops/site", "pipeline")
    assert (alarm.event.msg, alarm.event.url) == ("pipeline 7 failed", about["url"])
    assert alarm.mark == "gitlab:k:alarm"


@pytest.mark.parametrize(
    "payload",
    [{}, {"project": 7, "labels": "x", "object_attributes": []}, {"object_kind": None}],
)
def test_a_payload_of_another_shape_breaks_nothing(payload):
    assert gitlab.read(delivered(payload))
