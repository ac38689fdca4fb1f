import pytest

from cockpit import events

BEGIN = {"type": "alarm", "where": 'event.method == "monitor"', "rate": 1000, "dry": False}


@pytest.fixture
def alarms(rooms):
    return [rooms.log.append(events.example("alarm")).id for _ in range(3)]


def post(client, **body):
    return client.simulate_post("/events/replay", json=body)


def test_nothing_happens_unless_it_is_said(client, rooms, alarms):
    found = post(client, type="alarm")

    assert (found.status_code, found.json["state"]) == (200, "counted")
    assert (found.json["events"], found.json["is_whole"]) == (len(alarms), True)
    assert rooms.log.counts()["alarm"] == 3
    assert client.simulate_get("/events/replays").json == []


def test_a_replay_is_begun_shown_and_listed(client, rooms, alarms):
    begun = post(client, **BEGIN)
    path = begun.headers["Location"]
    while client.simulate_get(path).json["state"] == "running":
        rooms.replays.step(begun.json["id"])
    shown = client.simulate_get(path, query_string="wait=20").json

    assert (begun.status_code, begun.json["by"]) == (202, "local")
    assert path == f"/events/replays/{begun.json['id']}"
    assert (shown["state"], shown["events"]) == ("ok", len(alarms))
    assert client.simulate_get("/events/replays").json == [shown]
    assert rooms.log.counts()["alarm"] == 6


def test_a_replay_is_cancelled(client, alarms):
    path = post(client, **BEGIN).headers["Location"]
    cancelled = client.simulate_delete(path)

    assert (cancelled.status_code, cancelled.json["state"]) == (200, "cancelled")
    assert cancelled.json["events"] < len(alarms)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_replay_that_is_not_there_is_404(client, method):
    assert client.simulate_request(method, "/events/replays/replay-9").status_code == 404


@pytest.mark.parametrize(
    ("body", "status", "what"),
    [
        ({"type": "emai"}, 422, "type: 'emai' is no type"),
        ({"where": "event."}, 422, "where: 'event.' is no CEL"),
        ({"rate": 0}, 400, "/rate"),
        ({"rate": 1001}, 400, "/rate"),
        ({"since": -1}, 400, "/since"),
        ({"wher": "x"}, 400, "wher"),
    ],
)
@pytest.mark.parametrize("dry", [True, False])
def test_what_is_wrong_is_told(client, body, status, what, dry):
    found = post(client, dry=dry, **body)

    assert (found.status_code, what in found.json["detail"]) == (status, True)
