import pytest

from cockpit.bus import keys
from cockpit.errors import OpsError

ALARM = {"type": "alarm", "service": "web!main", "method": "monitor", "epoch": 7}


@pytest.fixture
def counted(registry):
    """Give a function that reads a figure, None when nothing was counted."""
    return lambda name, **labels: registry.get_sample_value(f"cockpit_{name}", labels)


def test_a_request_counts_under_its_template_and_not_its_path(client, counted):
    for event in ("alarm-1-0", "alarm-2-0"):
        client.simulate_get(f"/events/{event}")

    where = {"method": "GET", "route": "/events/{event}"}
    assert counted("http_requests_total", **where, status="404") == 2
    assert counted("http_request_duration_seconds_count", **where) == 2
    assert counted("http_request_duration_seconds_bucket", **where, le="+Inf") == 2


def test_what_reaches_no_route_makes_no_label_of_its_own(client, stranger, registry, counted):
    for n in range(3):
        client.simulate_get(f"/nothing/{n}")
        client.simulate_request("TRACE", f"/{n}")
        stranger.simulate_get(f"/events/alarm-{n}-0")

    assert counted("http_requests_total", method="GET", route="none", status="404") == 3
    assert counted("http_requests_total", method="GET", route="none", status="401") == 3
    (requests,) = (one for one in registry.collect() if one.name == "cockpit_http_requests")
    assert {sample.labels["method"] for sample in requests.samples} == {"GET", "other"}


def test_an_error_of_ours_counts_as_one(client, pipe, counted, reported):
    pipe.call("SET", keys.JOBS, "no sorted set")
    client.simulate_get("/jobs")

    assert counted("http_requests_total", method="GET", route="/jobs", status="500") == 1
    assert len(reported) == 1


@pytest.mark.parametrize(
    ("path", "secret", "body", "labels"),
    [
        ("/webhooks/generic", "s3cret", "{}", ("generic", "taken")),
        ("/webhooks/generic", "wrong", "{}", ("generic", "refused")),
        ("/webhooks/generic", "s3cret", "{", ("generic", "unreadable")),
        ("/webhooks/grafana", "s3cret", "{}", ("grafana", "closed")),
        ("/webhooks/madeup", "s3cret", "{}", ("other", "closed")),
        ("/api/v2/alerts", "s3cret", "[]", ("prometheus", "taken")),
        ("/webhooks/telegram", "s3cret", "{}", ("telegram", "refused")),
        ("/api/7/store/", "wrong", "{}", ("sentry", "refused")),
    ],
)
def test_a_delivery_counts_by_its_source_and_result(stranger, counted, path, secret, body, labels):
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    stranger.simulate_post(path, body=body, headers=headers)

    source, result = labels
    assert counted("webhook_deliveries_total", source=source, result=result) == 1


def test_a_delivery_that_cannot_be_stored_now_counts_as_later(stranger, counted, admit):
    admit.append(OpsError("Redis is full"))
    headers = {"Authorization": "Bearer s3cret"}
    stranger.simulate_post("/webhooks/generic", body="{}", headers=headers)

    assert counted("webhook_deliveries_total", source="generic", result="later") == 1


def test_wrong_tokens_are_counted_and_then_throttled(stranger, counted):
    assert counted("token_failures_total", result="refused") == 0
    for _ in range(22):
        stranger.simulate_get("/events")

    assert counted("token_failures_total", result="refused") == 20
    assert counted("token_failures_total", result="throttled") == 2


def test_only_what_was_taken_in_counts_as_received(client, traffic):
    client.simulate_get("/events")
    client.simulate_post("/events", json={"type": "nothing"})
    before = traffic.last_receive_epoch
    client.simulate_post("/events", json=ALARM)

    assert before == 0
    assert traffic.last_receive_epoch > 0


def test_a_delivery_is_received_too(stranger, traffic):
    stranger.simulate_post("/webhooks/generic", headers={"X-Webhook-Token": "s3cret"}, body="{}")

    assert traffic.last_receive_epoch > 0
