"""Anyone may publish: PUBLISH as the specification says, XADD durably, files by the command."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.product import Product, until

ALARM = {
    "type": "alarm",
    "service": "myservice!instance",
    "method": "monitor",
    "msg": "Something wrong happend",
    "epoch": 1462275396,
}


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    product = cockpit().start(example="helpdesk")
    until(lambda: product.ask("status")["doors"]["bridge"]["listening"])
    return product


def counted(desk: Product) -> int:
    rows = {row["key"]: row["data"] for row in desk.ask("service", "list")}
    return int(rows["alarmcount!main"].get("alarms.myservice!instance", 0))


def test_a_published_alarm_is_stored_and_acted_on(desk: Product):
    desk.redis().publish("ckpt.alarm", json.dumps(ALARM))

    until(lambda: counted(desk) == 1)
    (event,) = desk.ask("event", "list", "--type", "alarm")
    assert event["epoch"] == 1462275396


def test_an_alarm_added_to_the_stream_is_acted_on(desk: Product):
    desk.redis().xadd("ckpt.alarm", {"event": json.dumps(ALARM)})

    until(lambda: counted(desk) == 1)


def test_what_is_no_event_is_kept_with_the_reason(desk: Product):
    desk.redis().publish("ckpt.alarm", "{")
    desk.redis().publish("ckpt.email", json.dumps(ALARM))
    desk.redis().xadd("ckpt.alarm", {"event": '{"type": "alarm", "service": 7, "method": "m"}'})

    rows = until(lambda: (r := desk.ask("event", "rejected")) and len(r) == 3 and r)
    reasons = " ".join(row["reason"] for row in rows)
    assert "service" in reasons
    assert "alarm event does not belong on ckpt.email" in reasons


def test_a_file_is_published_with_its_attachment_and_replayed(desk: Product, place: Path):
    (place / "mail.yaml").write_text(
        "type: email\nfrom: bob@example.org\nsubject: hello\nbody: x\n"
    )
    (place / "log.txt").write_text("lines")
    words = ("event", "publish", str(place / "mail.yaml"), "--attach", str(place / "log.txt"))
    first = desk.ask(*words)["id"]
    desk.settled(first)
    second = desk.ask("event", "replay", first)["id"]

    why = desk.settled(second)
    assert second != first
    assert why["event"]["meta"]["replay_of"] == first
    assert len(why["jobs"]) == 2
    assert list(desk.ask("event", "show", second)["attachments"]) == ["log.txt"]


def test_simulate_says_what_would_run_and_runs_nothing(desk: Product, place: Path):
    (place / "mail.yaml").write_text("type: email\nfrom: bob@example.org\nsubject: hello\n")
    found = desk.ask("event", "simulate", str(place / "mail.yaml"))

    assert [match["action"] for match in found["matches"]] == ["notify", "escalate"]
    assert desk.ask("event", "list") == []


def test_a_wrong_file_is_refused_by_the_field_name(desk: Product, place: Path):
    (place / "bad.yaml").write_text("type: telegram\nio: sideways\naction: x\n")
    done = desk.run("event", "publish", str(place / "bad.yaml"))

    assert done.returncode == 2
    assert "io" in done.stderr
    assert desk.ask("event", "list") == []
