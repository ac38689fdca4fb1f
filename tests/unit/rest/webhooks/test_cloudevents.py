import base64

import msgspec
import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, cloudevents

EVENT = {
    "specversion": "1.0",
    "id": "A1",
    "source": "/shop",
    "type": "order.made",
    "time": "2023-11-14T22:13:20Z",
    "subject": "7",
    "data": {"n": 1},
}


def delivered(body, kind="application/cloudevents+json", **headers):
    named = {"content-type": kind} | {n.replace("_", "-"): v for n, v in headers.items()}
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Delivery(headers=named, body=raw, epoch=1800000000.0)


BINARY = {"ce_specversion": "1.0", "ce_id": "A1", "ce_source": "/shop", "ce_type": "order.made"}


def test_a_structured_one():
    (entry,) = cloudevents.read(delivered(EVENT, "application/cloudevents+json; charset=utf-8"))

    assert entry.mark == "ce:/shop|A1"
    assert entry.event.epoch == 1700000000
    assert entry.event.args["payload"] == {"n": 1}
    assert entry.event.args["event"] == "order.made"
    assert entry.event.args["cloudevent"]["subject"] == "7"


def test_a_batch():
    first, second = cloudevents.read(
        delivered([EVENT, EVENT | {"id": "A2"}], "application/cloudevents-batch+json")
    )

    assert (first.mark, second.mark) == ("ce:/shop|A1", "ce:/shop|A2")


@pytest.mark.parametrize(
    ("body", "kind", "payload"),
    [
        (b'{"n": 1}', "application/json", {"n": 1}),
        (b'{"n": 1}', "", {"n": 1}),
        (b"<a/>", "text/xml", "<a/>"),
        (b"\xff\x00", "application/octet-stream", base64.b64encode(b"\xff\x00").decode()),
        (b"", "application/json", None),
    ],
)
def test_a_binary_one_has_its_attributes_in_headers(body, kind, payload):
    (entry,) = cloudevents.read(delivered(body, kind, **BINARY))

    assert entry.event.args["payload"] == payload
    assert entry.event.args["key"] == "A1"
    assert entry.event.epoch == 1800000000


def test_headers_are_percent_decoded_and_unquoted():
    headers = BINARY | {"ce_subject": '"Euro%20%E2%82%AC \\"x\\""'}

    (entry,) = cloudevents.read(delivered(b"", "", **headers))

    assert entry.event.args["cloudevent"]["subject"] == 'Euro € "x"'


def test_data_in_base64_is_decoded_when_it_is_json():
    data = base64.b64encode(b'{"n": 2}').decode()
    told = {name: value for name, value in EVENT.items() if name != "data"}

    (entry,) = cloudevents.read(delivered(told | {"data_base64": data}))

    assert entry.event.args["payload"] == {"n": 2}


def test_one_that_is_called_an_alarm_is_one():
    data = {"service": "a!b", "method": "m", "msg": "x"}

    (entry,) = cloudevents.read(delivered(EVENT | {"type": "alarm.disk", "data": data}))

    assert entry.event.type == "alarm"


@pytest.mark.parametrize("name", ["id", "source", "specversion", "type"])
def test_what_is_missing_is_named(name):
    with pytest.raises(InputError, match=rf"\$\.{name}"):
        cloudevents.read(delivered(EVENT | {name: ""}))
    with pytest.raises(InputError, match=f"ce-{name}"):
        cloudevents.read(delivered(b"", "", **(BINARY | {f"ce_{name}": ""})))


@pytest.mark.parametrize("change", [{"specversion": "0.3"}, {"data_base64": "?"}])
def test_what_is_no_cloudevent_is_refused(change):
    with pytest.raises(InputError):
        cloudevents.read(delivered(EVENT | change))
