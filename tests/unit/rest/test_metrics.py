import pytest
from prometheus_client.openmetrics import parser as openmetrics
from prometheus_client.parser import text_string_to_metric_families

NEW = "application/openmetrics-text"
PROMETHEUS = (
    f"{NEW};version=1.0.0;q=0.5,{NEW};version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
)


def test_metrics_are_the_text_format_0_0_4(client):
    client.simulate_get("/status")
    answer = client.simulate_get("/metrics")
    found = {one.name: one for one in text_string_to_metric_families(answer.text)}

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert found["cockpit_http_requests"].type == "counter"
    assert found["cockpit_http_request_duration_seconds"].type == "histogram"


@pytest.mark.parametrize("accept", [NEW, PROMETHEUS])
def test_metrics_are_openmetrics_for_those_who_prefer_it(client, accept):
    client.simulate_get("/status")
    answer = client.simulate_get("/metrics", headers={"Accept": accept})
    found = {one.name for one in openmetrics.text_string_to_metric_families(answer.text)}

    assert answer.headers["content-type"].startswith(f"{NEW}; version=1.0.0")
    assert {"cockpit_http_requests", "cockpit_token_failures"} <= found


@pytest.mark.parametrize("accept", ["", "*/*", "text/*", "nonsense;;q=,", "image/png"])
def test_whoever_asks_for_nothing_we_have_gets_text(client, accept):
    answer = client.simulate_get("/metrics", headers={"Accept": accept})

    assert answer.headers["content-type"].startswith("text/plain")


def test_metrics_need_a_token(stranger):
    assert stranger.simulate_get("/metrics").status_code == 401


def test_both_media_types_are_described(client):
    described = client.simulate_get("/openapi.json").json["paths"]["/metrics"]["get"]

    assert set(described["responses"]["200"]["content"]) == {"text/plain", NEW}
