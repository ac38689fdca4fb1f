"""The example `hook-out`: events go out as signed webhooks, until they are taken or unwanted."""

import json
import subprocess
from collections.abc import Callable

import pytest
from standardwebhooks import Webhook

from flows.product import COMMAND, ROOT, Product, until
from receiver import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NEW_SECRET = "whsec_bmV3ZXIgc2VjcmV0IG9mIDI0IG9jdGV0cw=="
LOOPBACK = "127.0.0.0/8"
YES, BUSY, GONE = (204, {}, b""), (503, {"Retry-After": "1"}, b"busy"), (410, {}, b"")


@pytest.fixture
def desk(cockpit: Callable[..., Product], processes: int) -> Product:
    settings = {"robot_processes": processes, "robot_post_private": LOOPBACK}
    return cockpit(robot_retry_delays="1s", **settings).start(example="hook-out")


def subscribe(desk: Product, url: str, secret: str = SECRET) -> None:
    blueprint = desk.home / "repos" / "hook-out" / "blueprints" / "2_test.yaml"
    blueprint.write_text(f"hook__ops:\n  url: {url}\n  secret: {secret}\n")
    desk.ask("blueprint", "execute", "--repo", "hook-out")


def alarm(desk: Product, msg: str) -> str:
    event = {"type": "alarm", "service": "web!main", "method": "http", "msg": msg}
    return desk.ask("event", "publish", "-", stdin=json.dumps(event))["id"]


def delivery(desk: Product, event: str, state: str) -> dict:
    """The job that delivers an event, once it is in this state."""

    def found() -> dict | None:
        jobs = desk.ask("why", event)["jobs"]
        return jobs[0] if jobs and jobs[0]["state"] == state else None

    return until(found, what=f"{event} {state}")


def test_an_alarm_is_delivered_once_the_subscriber_takes_it(desk: Product):
    with Receiver(BUSY, YES) as receiver:
        subscribe(desk, receiver.url("/hook?key=k3y"), f"{NEW_SECRET} {SECRET}")
        event = alarm(desk, "down")
        job = delivery(desk, event, "ok")
        first, second = receiver.received

    for secret in (SECRET, NEW_SECRET):
        for received in (first, second):
            told = Webhook(secret).verify(received.body, received.headers)
            assert (told["type"], told["data"]["id"]) == ("alarm", event)
            assert (told["data"]["service"], told["data"]["msg"]) == ("web!main", "down")
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert "503: busy" in job["tries"][0]["error"]
    (made,) = desk.ask("why", event)["made"]
    assert (made["kind"], made["id"]) == ("post", first.headers["webhook-id"])
    assert (made["state"], made["summary"]) == ("204", f"to {receiver.url('')}")
    told = desk.run("why", event).stdout + desk.run("job", "show", job["id"], "--json").stdout
    assert [secret for secret in ("k3y", SECRET, NEW_SECRET) if secret in told] == []


def test_a_subscriber_that_is_gone_gets_no_more_until_a_person_says_so(desk: Product):
    with Receiver(GONE, YES) as receiver:
        subscribe(desk, receiver.url())
        job = delivery(desk, alarm(desk, "down"), "dead")
        shown = desk.ask("service", "show", "hook!ops")
        unheard = desk.settled(alarm(desk, "still down"))
        desk.ask("service", "state", "hook!ops", "deliver", "ok")
        delivery(desk, alarm(desk, "up"), "ok")
        bodies = [json.loads(one.body)["data"]["msg"] for one in receiver.received]

    assert (job["attempts"], "replied 410" in job["error"]) == (1, True)
    assert shown["states"] == {"deliver": "disabled"}
    assert unheard["jobs"] == []
    assert bodies == ["down", "up"]


def test_what_waited_while_the_subscriber_went_away_is_not_delivered(desk: Product):
    with Receiver((503, {"Retry-After": "3600"}, b""), GONE) as receiver:
        subscribe(desk, receiver.url())
        waiting = alarm(desk, "first")
        first = delivery(desk, waiting, "error")
        delivery(desk, alarm(desk, "second"), "dead")
        desk.ask("job", "retry", first["id"])
        job = delivery(desk, waiting, "ok")

        assert job["result"] == "not delivered: deliver is disabled"
        assert len(receiver.received) == 2


def test_this_machine_is_not_posted_to_unless_a_setting_says_so(cockpit: Callable[..., Product]):
    desk = cockpit().start(example="hook-out")
    with Receiver() as receiver:
        subscribe(desk, receiver.url())
        event = alarm(desk, "down")
        job = delivery(desk, event, "dead")

        assert (job["attempts"], receiver.received) == (1, [])
    told = desk.run("why", event).stdout
    assert "127.0.0.1 is this machine" in told
    assert "robot.post_private" in told


def test_another_cockpit_takes_what_one_delivers(cockpit: Callable[..., Product]):
    other = cockpit("other", webhooks_standard_secret=SECRET).start()
    desk = cockpit(robot_post_private=LOOPBACK).start(example="hook-out")
    subscribe(desk, f"http://{other.addresses()['http']}/webhooks/standard")
    delivery(desk, alarm(desk, "down"), "ok")

    (found,) = other.ask("event", "list", "--type", "alarm")
    assert (found["service"], found["msg"]) == ("web!main", "down")


def test_the_example_passes_its_own_tests():
    done = subprocess.run(
        [*COMMAND, "template", "test", "hook"],
        cwd=ROOT / "examples" / "hook-out",
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )

    assert "3 passed" in done.stdout, done.stdout + done.stderr
