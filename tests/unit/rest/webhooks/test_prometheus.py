import msgspec
import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, prometheus


def delivered(*alerts, now=1700000000.0):
    return Delivery(headers={}, body=msgspec.json.encode(alerts), epoch=now)


DOWN = {
    "labels": {"alertname": "Down", "job": "web"},
    "startsAt": "2023-11-14T22:00:00Z",
    "endsAt": "2023-11-14T22:18:00Z",
}


def test_it_is_firing_until_its_end():
    (firing,) = prometheus.read(delivered(DOWN))
    (again,) = prometheus.read(delivered(DOWN | {"endsAt": "2023-11-14T22:19:00Z"}))
    (over,) = prometheus.read(delivered(DOWN, now=1700001000.0))

    assert (firing.event.status, over.event.status) == ("firing", "resolved")
    assert firing.mark == again.mark != over.mark
    assert (firing.event.meta["ends"], "ends" in over.event.meta) == (1700000280, False)


def test_an_alert_that_does_not_say_since_when_is_never_taken_for_a_repeat():
    since = {"labels": DOWN["labels"]}
    (firing,) = prometheus.read(delivered(since))
    (over,) = prometheus.read(delivered(since | {"endsAt": "2023-11-14T22:00:00Z"}))
    (later,) = prometheus.read(delivered(since | {"endsAt": "2023-11-14T22:05:00Z"}))

    assert firing.mark == ""
    assert over.mark != later.mark


def test_an_alert_without_labels_is_refused_by_its_place():
    with pytest.raises(InputError, match=r"\$\[1\]\.labels"):
        prometheus.read(delivered(DOWN, {"labels": {}}))


@pytest.mark.parametrize("body", [b"{}", b"[7]", b'[{"labels": {"a": 1}}]'])
def test_what_is_no_list_of_alerts_is_refused(body):
    with pytest.raises(InputError, match="the body"):
        prometheus.read(Delivery(headers={}, body=body, epoch=1))
