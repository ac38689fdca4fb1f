import gzip
import hashlib
import hmac

import msgspec
import pytest

from cockpit.eco.alarms import Alarms
from cockpit.errors import InputError, OpsError
from cockpit.rest.hooks import MAX_PAYLOAD_BYTES

SECRET = b"It's a Secret to Everybody"
BEARER = {"Authorization": "Bearer s3cret"}
EVENT = {"event_id": "762d6f248b504e468cb6fa6d0f56f1fd", "message": "boom"}


def push(stranger, payload=None, *, delivery="d1", **headers):
    body = msgspec.json.encode(payload or {"ref": "main"})
    signature = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
    named = {
        "X-GitHub-Event": "push",
        "X-GitHub-Delivery": delivery,
        "X-Hub-Signature-256": signature,
        "Content-Type": "application/json",
    }
    return stranger.simulate_post("/webhooks/github", body=body, headers=named | headers)


def only_event(rooms, type_="generic"):
    (found,) = rooms.log.newest([type_], 10)
    return found


def is_stored(rooms, body):
    try:
        rooms.stor.open("webhooks", hashlib.sha256(body).hexdigest()).close()
    except InputError:
        return False
    return True


def test_a_signed_push_is_stored_with_what_was_sent(stranger, rooms):
    answer = push(stranger)
    event = only_event(rooms)

    assert (answer.status_code, answer.json) == (200, {"events": [event.id], "repeats": 0})
    assert event.args["payload"] == {"ref": "main"}
    assert (event.meta["source"], event.meta["verified"]) == ("webhook:github", True)
    assert event.meta["dedupe"] == "github:d1"
    space, *_, digest = event.meta["raw"].split("/")[-4:]
    with rooms.stor.open(space, digest) as raw:
        assert raw.read() == b'{"ref":"main"}'


def test_what_proves_the_sender_is_not_kept(stranger, rooms):
    push(stranger)

    headers = only_event(rooms).meta["headers"]

    assert headers["x-github-event"] == "push"
    assert "x-hub-signature-256" not in headers


def test_a_redelivery_makes_no_second_event(stranger, rooms):
    push(stranger)
    again = push(stranger)

    assert (again.status_code, again.json["repeats"]) == (200, 1)
    assert only_event(rooms)


@pytest.mark.parametrize("name", ["github", "gitlab", "nothing", "sentry"])
def test_what_does_not_prove_itself_stores_nothing(stranger, rooms, name):
    refused = stranger.simulate_post(f"/webhooks/{name}", body=b"{}")

    assert refused.status_code == (401 if name == "github" else 404)
    assert refused.headers["content-type"] == "application/problem+json"
    assert rooms.log.newest(["generic"], 1) == []


def test_a_large_payload_is_linked_and_not_carried_along(stranger, rooms):
    push(stranger, {"ref": "x" * MAX_PAYLOAD_BYTES})
    event = only_event(rooms)

    assert event.args["payload"] is None
    assert event.meta["cut"] == ["args.payload"]


def test_a_sender_that_tries_again_is_told_to(stranger, rooms, admit):
    admit.append(OpsError("memory is short"))
    refused = push(stranger)

    assert not is_stored(rooms, b'{"ref":"main"}')
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert "memory" not in refused.text


def test_what_only_repeats_is_not_stored_again(stranger, rooms):
    alert = {"labels": {"alertname": "Down"}, "startsAt": "2026-11-14T22:00:00Z"}
    bodies = [
        msgspec.json.encode([alert | {"endsAt": f"2099-01-01T00:0{minute}:00Z"}])
        for minute in range(3)
    ]
    for body in bodies:
        stranger.simulate_post("/api/v2/alerts", body=body, headers=BEARER)

    assert [is_stored(rooms, body) for body in bodies] == [True, False, False]


def test_alerts_of_prometheus_are_alarms(stranger, rooms):
    alert = {"labels": {"alertname": "Down", "job": "web"}, "startsAt": "2026-11-14T22:00:00Z"}
    for _ in range(2):
        answer = stranger.simulate_post("/api/v2/alerts", json=[alert], headers=BEARER)

    assert (answer.status_code, answer.json) == (200, {})
    assert only_event(rooms, "alarm").service == "web!"


def test_each_repeat_of_prometheus_moves_on_when_it_counts_as_resolved(stranger, rooms):
    alert = {"labels": {"alertname": "Down", "job": "web"}, "startsAt": "2026-11-14T22:00:00Z"}

    def repeat(end):
        stranger.simulate_post("/api/v2/alerts", json=[alert | {"endsAt": end}], headers=BEARER)

    repeat("2099-01-01T00:00:00Z")
    rooms.alarms.apply([only_event(rooms, "alarm")])
    repeat("2099-01-01T00:05:00Z")

    assert rooms.alarms.page().alarms[0].ends == 4_070_908_800 + 300
    assert only_event(rooms, "alarm").meta["ends"] == 4_070_908_800


def test_an_alert_that_comes_again_after_its_time_ran_out_fires_again(pipe, stranger, rooms):
    alert = {"labels": {"alertname": "Down", "job": "web"}, "startsAt": "2026-11-14T22:00:00Z"}
    body = [alert | {"endsAt": "2099-01-01T00:00:00Z"}]
    stranger.simulate_post("/api/v2/alerts", json=body, headers=BEARER)
    rooms.alarms.apply([only_event(rooms, "alarm")])
    late = Alarms(pipe, rooms.log, grace_s=0, clock=lambda: 4_070_908_801.0)
    late.fall_due()
    rooms.alarms.apply(rooms.log.after(["alarm"], 9, "0"))

    for _ in range(2):
        stranger.simulate_post("/api/v2/alerts", json=body, headers=BEARER)

    assert [one.status for one in rooms.log.after(["alarm"], 9, "0")] == [
        "firing",
        "resolved",
        "firing",
    ]


@pytest.mark.parametrize("end", [1e308, "soon", None])
def test_an_alarm_whose_end_is_no_time_is_taken_again_and_again(stranger, rooms, end):
    told = {"service": "web!a", "method": "ping", "meta": {"ends": end}}
    event = {"specversion": "1.0", "source": "/shop", "type": "alarm.disk", "data": told}
    for id_ in ("A1", "A2"):
        answer = stranger.simulate_post(
            "/webhooks/cloudevents",
            body=msgspec.json.encode(event | {"id": id_}),
            headers=BEARER | {"Content-Type": "application/cloudevents+json"},
        )
        rooms.alarms.apply(rooms.log.after(["alarm"], 9, "0"))

    assert answer.status_code == 200
    assert rooms.alarms.page().alarms[0].ends == 0


def test_a_packed_envelope_is_an_eco(stranger, rooms):
    body = gzip.compress(b'{}\n{"type": "event"}\n' + msgspec.json.encode(EVENT))
    headers = {"X-Sentry-Auth": "Sentry sentry_key=k3y", "Content-Encoding": "gzip"}

    answer = stranger.simulate_post("/api/7/envelope/", body=body, headers=headers)

    assert (answer.status_code, answer.json) == (200, {"id": EVENT["event_id"]})
    found = only_event(rooms, "eco")
    assert (found.error_msg, found.gid, found.nid) == ("boom", 7, 9)


def test_of_an_eco_that_is_only_counted_no_body_stays(stranger, rooms):
    bodies = [
        msgspec.json.encode(EVENT | {"event_id": f"{n:032x}", "timestamp": n}) for n in (1, 2)
    ]
    for body in bodies:
        stranger.simulate_post("/api/7/store/", body=body, params={"sentry_key": "k3y"})

    assert [is_stored(rooms, body) for body in bodies] == [True, False]
    (kept,) = rooms.ledger.page().ecos
    assert (kept.eco.occurence, kept.eco.last_time) == (2, 2)
    assert kept.eco.meta["raw"] == only_event(rooms, "eco").meta["raw"]


def test_an_event_of_an_old_client_is_an_eco(stranger, rooms):
    answer = stranger.simulate_post("/api/7/store/", json=EVENT, params={"sentry_key": "k3y"})

    assert answer.json == {"id": EVENT["event_id"]}
    assert only_event(rooms, "eco").meta["project"] == "7"


@pytest.mark.parametrize("project", ["shop", "\u0663", "1" * 21])
def test_a_project_is_a_number(client, project):
    answer = client.simulate_post(
        f"/api/{project}/store/", json=EVENT, params={"sentry_key": "k3y"}
    )

    assert answer.status_code == 404


def test_a_key_that_is_none_is_refused_as_sentry_does(stranger, rooms):
    refused = stranger.simulate_post("/api/7/store/", json=EVENT, params={"sentry_key": "no"})

    assert refused.status_code == 403
    assert rooms.log.newest(["eco"], 1) == []


def test_clients_of_sentry_are_told_to_wait(stranger, admit):
    admit.append(OpsError("memory is short"))
    refused = stranger.simulate_post("/api/7/store/", json=EVENT, params={"sentry_key": "k3y"})

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert refused.headers["Access-Control-Expose-Headers"] == "retry-after"


def test_a_page_of_another_origin_may_send(stranger):
    asked = stranger.simulate_options("/api/7/envelope/", headers={"Origin": "https://shop"})

    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "x-sentry-auth" in asked.headers["Access-Control-Allow-Headers"]


def test_a_sender_of_cloudevents_may_ask_first(stranger):
    headers = {"WebHook-Request-Origin": "shop.example.org"}
    asked = stranger.simulate_options("/webhooks/cloudevents", headers=headers)

    assert asked.headers["WebHook-Allowed-Origin"] == "shop.example.org"
    assert "WebHook-Allowed-Origin" not in stranger.simulate_options("/webhooks/github").headers


@pytest.mark.parametrize(
    ("body", "coding", "status"),
    [(b"{", "", 400), (b"x", "gzip", 400), (b"{}", "zstd", 400), (b"\xff", "", 400)],
)
def test_a_body_that_is_none_is_the_senders_mistake(stranger, body, coding, status):
    headers = BEARER | ({"Content-Encoding": coding} if coding else {})

    assert (
        stranger.simulate_post("/webhooks/generic", body=body, headers=headers).status_code
        == status
    )


def test_a_bomb_is_too_large(stranger):
    headers = BEARER | {"Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * 30_000_000)

    assert (
        stranger.simulate_post("/webhooks/generic", body=bomb, headers=headers).status_code == 413
    )
