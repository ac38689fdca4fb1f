from dataclasses import replace

import falcon.testing
import pytest

from cockpit.rest import application
from cockpit.rest.readiness import DoorState, judge

ILL = {
    "trouble": "Redis is away: gone",
    "dispatching": False,
    "robots": 0,
    "memory_used": 0,
    "memory_short": False,
}


@pytest.fixture
def ill(rooms, reported):
    """A client of a cockpit whose Redis is away."""
    door = {"smtp": DoorState(state="open", last_receive_age_s=None)}
    app = application(replace(rooms, ready=lambda: judge(door, **ILL)), report=reported.append)
    return falcon.testing.TestClient(app, headers={"Authorization": "Bearer the-token"})


def test_alive_needs_no_token(stranger):
    assert stranger.simulate_get("/health/live").json == {"ok": True}
    assert stranger.simulate_head("/health/live").text == ""


def test_ready_is_200(client):
    answer = client.simulate_get("/health/ready")

    assert (answer.status_code, answer.json["ready"], answer.json["reasons"]) == (200, True, [])


def test_not_ready_is_503_with_the_reasons(ill):
    answer = ill.simulate_get("/health/ready")

    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert answer.json["reasons"] == ["Redis is away: gone"]
    assert answer.json["doors"] == {"smtp": {"state": "open", "last_receive_age_s": None}}


def test_a_probe_may_ask_for_the_status_alone(client, ill):
    assert (client.simulate_head("/health/ready").status_code) == 200
    answer = ill.simulate_head("/health/ready")
    assert (answer.status_code, answer.text) == (503, "")


def test_ready_tells_a_stranger_nothing(stranger):
    assert stranger.simulate_get("/health/ready").status_code == 401


def test_both_answers_are_described(client):
    described = client.simulate_get("/openapi.json").json["paths"]["/health/ready"]["get"]

    for status in ("200", "503"):
        (found,) = (
            kind["schema"]
            for media, kind in described["responses"][status]["content"].items()
            if media == "application/json"
        )
        assert found == {"$ref": "#/components/schemas/Readiness"}
