import hashlib
import hmac

import msgspec
import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, UnverifiedError, grafana
from cockpit.rest.webhooks.grafana import Signing

BODY = msgspec.json.encode(
    {
        "version": "1",
        "orgId": 3,
        "groupKey": "g",
        "title": "[FIRING:1]",
        "state": "alerting",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": "TestAlert", "instance": "Grafana"},
                "annotations": {"summary": "Notification test"},
                "startsAt": "2023-11-14T22:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "values": {"B": 22.5, "C": 1},
                "fingerprint": "f1",
                "silenceURL": "http://g/silence",
                "dashboardURL": "",
                "imageURL": "http://g/1.png",
            },
            {"status": "resolved", "labels": {"alertname": "X"}, "values": None},
        ],
    }
)
NOW = 1700000000.0


def signed(signing, *, stamp="", body=BODY, now=NOW):
    text = (f"{stamp}:".encode() if signing.stamp_header else b"") + BODY
    given = hmac.new(b"k3y", text, hashlib.sha256).hexdigest()
    headers = {signing.header.lower(): given}
    if signing.stamp_header:
        headers[signing.stamp_header.lower()] = stamp
    return Delivery(headers=headers, body=body, epoch=now)


def test_values_stand_behind_the_message():
    first, second = grafana.read(Delivery(headers={}, body=BODY, epoch=NOW))

    assert first.event.msg == "Notification test (B=22.5, C=1)"
    assert first.event.service == "TestAlert!Grafana"
    assert first.event.meta["silence"] == "http://g/silence"
    assert "dashboard" not in first.event.meta
    assert first.mark == "grafana:3:f1:1699999200:firing"
    assert (second.event.msg, second.event.status) == ("X", "resolved")


def test_a_reading_that_is_no_number_loses_no_alarm():
    body = BODY.replace(b"22.5", b"null").replace(b'"C":1', b'"C":"NaN"')
    first, _ = grafana.read(Delivery(headers={}, body=body, epoch=NOW))

    assert first.event.msg == "Notification test (B=None, C=NaN)"


def test_alerts_that_were_cut_are_told():
    told = msgspec.json.decode(BODY) | {"truncatedAlerts": 3, "receiver": "ops"}
    *_, last = grafana.read(Delivery(headers={}, body=msgspec.json.encode(told), epoch=NOW))

    assert (last.event.service, last.event.msg) == (
        "grafana!ops",
        "3 alerts were cut from a notification of g",
    )


@pytest.mark.parametrize(
    "signing",
    [
        Signing(secret="k3y"),
        Signing(secret="k3y", header="X-Mine"),
        Signing(secret="k3y", stamp_header="X-Stamp"),
    ],
)
def test_a_signature_lets_in_under_the_names_that_are_configured(signing):
    grafana.verify(signed(signing, stamp="1700000000"), "", signing)

    with pytest.raises(UnverifiedError, match=signing.header):
        grafana.verify(signed(signing, stamp="1700000000", body=BODY + b" "), "", signing)


def test_an_old_signature_is_refused():
    signing = Signing(secret="k3y", stamp_header="X-Stamp")

    with pytest.raises(UnverifiedError, match="from now"):
        grafana.verify(signed(signing, stamp="1700000000", now=NOW + 301), "", signing)


def test_a_token_is_not_enough_where_it_should_sign():
    told = Delivery(headers={"authorization": "Bearer t"}, body=BODY, epoch=NOW)

    grafana.verify(told, "t", Signing())
    with pytest.raises(UnverifiedError):
        grafana.verify(told, "t", Signing(secret="k3y"))


def test_what_is_no_notification_is_refused():
    with pytest.raises(InputError):
        grafana.read(Delivery(headers={}, body=b'{"orgId": 1}', epoch=NOW))
