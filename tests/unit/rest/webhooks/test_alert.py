from datetime import UTC, datetime

import msgspec
import pytest

from cockpit.rest.webhooks.alert import Alert, epoch_of

NOW = 1700000000.0
START = "2023-11-14T22:00:00.739266876Z"


def alert(**fields):
    told = {"labels": {"alertname": "DiskFull", "job": "node", "instance": "a:9100"}} | fields
    return msgspec.json.decode(msgspec.json.encode(told), type=Alert)


def test_labels_say_what_an_alarm_is_about():
    alarm = alert(startsAt=START, generatorURL="http://p/1").alarm(NOW)

    assert (alarm.service, alarm.method) == ("node!a:9100", "DiskFull")
    assert (alarm.status, alarm.epoch, alarm.url) == ("firing", 1699999200, "http://p/1")
    assert alarm.labels["alertname"] == "DiskFull"


@pytest.mark.parametrize(
    ("labels", "service"),
    [
        ({"service": "db", "job": "node", "pod": "p1"}, "db!p1"),
        ({"alertname": "Watchdog"}, "Watchdog!"),
        ({"node": "n1"}, "unknown!n1"),
    ],
)
def test_the_service_is_made_of_the_labels_that_are_there(labels, service):
    assert alert(labels=labels).alarm(NOW).service == service


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ("critical", "critical"),
        ("ERROR", "critical"),
        ("warning", "warning"),
        ("info", "info"),
        ("p3", "p3"),
    ],
)
def test_severities_of_others_are_ours(given, severity):
    assert alert(labels={"severity": given}).alarm(NOW).severity == severity


@pytest.mark.parametrize("word", ["summary", "description", "message"])
def test_the_message_is_an_annotation(word):
    assert alert(annotations={word: "full"}).alarm(NOW).msg == "full"


def test_without_an_annotation_its_name_is_the_message():
    assert alert().alarm(NOW).msg == "DiskFull"


def test_an_end_that_is_past_resolves_it():
    alarm = alert(startsAt=START, endsAt="2023-11-14T22:10:00Z").alarm(NOW)

    assert (alarm.status, alarm.epoch) == ("resolved", 1699999800)


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00Z", "2023-11-14T23:10:00Z", None])
def test_no_end_or_one_to_come_is_firing(end):
    assert alert(endsAt=end).alarm(NOW).status == "firing"


def test_its_own_word_counts_before_its_end():
    assert alert(status="firing", endsAt="2023-11-14T22:10:00Z").alarm(NOW).status == "firing"
    assert alert(status="resolved").alarm(NOW).status == "resolved"


def test_without_a_fingerprint_the_same_labels_are_the_same_alert():
    one = Alert(labels={"a": "1", "b": "2"}).identity()

    assert one == Alert(labels={"b": "2", "a": "1"}).identity()
    assert one != Alert(labels={"a": "1", "b": "3"}).identity()
    assert Alert(fingerprint="f00").identity() == "f00"


def test_a_mark_is_the_same_until_something_changes():
    firing = alert(startsAt=START, endsAt="2023-11-14T22:20:00Z")

    assert firing.mark("am", NOW) == alert(startsAt=START, endsAt="2023-11-14T22:30:00Z").mark(
        "am", NOW
    )
    assert firing.mark("am", NOW) != firing.mark("am", NOW + 3600)


def test_a_time_of_year_one_is_none():
    assert epoch_of(datetime(1, 1, 1, tzinfo=UTC)) == 0
    assert epoch_of(None) == 0
