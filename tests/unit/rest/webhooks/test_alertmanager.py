import msgspec
import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, alertmanager

ALERT = {
    "status": "firing",
    "labels": {"alertname": "Down", "instance": "a", "job": "web"},
    "annotations": {"summary": "a is down"},
    "startsAt": "2023-11-14T22:00:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
    "generatorURL": "http://prom/1",
    "fingerprint": "f1",
}
GROUP = {
    "version": "4",
    "groupKey": "{}:{job=web}",
    "truncatedAlerts": 0,
    "status": "firing",
    "receiver": "cockpit",
    "externalURL": "http://am",
    "alerts": [ALERT, ALERT | {"status": "resolved", "fingerprint": "f2"}],
    "notification_reason": "new",
}


def delivered(**changes):
    return Delivery(headers={}, body=msgspec.json.encode(GROUP | changes), epoch=1700000000.0)


def test_each_alert_is_an_alarm():
    first, second = alertmanager.read(delivered())

    assert (first.event.service, first.event.status, first.event.msg) == (
        "web!a",
        "firing",
        "a is down",
    )
    assert second.event.status == "resolved"
    assert first.event.meta["group"] == "{}:{job=web}"
    assert first.mark == "am:f1:1699999200:firing"
    assert second.mark == "am:f2:1699999200:resolved"


def test_alerts_that_were_cut_are_told():
    entries = alertmanager.read(delivered(truncatedAlerts=5))

    assert entries[-1].event.msg.startswith("5 alerts were cut")
    assert entries[-1].event.service == "alertmanager!cockpit"


def test_that_alerts_were_cut_is_told_once_for_each_notification():
    first, again, later = (
        alertmanager.read(delivered(truncatedAlerts=5, **changes))[-1].mark
        for changes in ({}, {}, {"alerts": [ALERT | {"startsAt": "2023-11-14T22:05:00Z"}]})
    )

    assert first == again != later


def test_a_link_silences_such_alerts():
    (alarm, _) = alertmanager.read(delivered())

    assert alarm.event.meta["silence"] == (
        "http://am/#/silences/new?filter="
        "%7Balertname%3D%22Down%22%2Cinstance%3D%22a%22%2Cjob%3D%22web%22%7D"
    )
    assert "silence" not in alertmanager.read(delivered(externalURL=""))[0].event.meta


@pytest.mark.parametrize("alerts", [None, {}, [7], [{"labels": []}], [{"startsAt": "soon"}]])
def test_what_is_no_notification_is_refused(alerts):
    with pytest.raises(InputError, match="the body"):
        alertmanager.read(delivered(alerts=alerts))
