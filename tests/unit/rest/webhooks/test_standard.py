import msgspec
import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks import Delivery, standard


def delivered(body, **headers):
    named = {"webhook-id": "msg_1"} | headers
    return Delivery(headers=named, body=msgspec.json.encode(body), epoch=1700000000.0)


def test_type_and_data_are_a_generic_event():
    body = {"type": "invoice.paid", "timestamp": "2023-11-14T22:00:00Z", "data": {"id": 7}}

    (entry,) = standard.read(delivered(body))

    assert entry.mark == "standard:msg_1"
    assert entry.event.tags == ["standard", "invoice.paid"]
    assert entry.event.args == {
        "source": "standard",
        "event": "invoice.paid",
        "key": "msg_1",
        "payload": {"id": 7},
    }


def test_a_body_of_another_shape_is_the_payload():
    (entry,) = standard.read(delivered({"test": 1}))

    assert entry.event.args["payload"] == {"test": 1}


def test_the_id_must_be_there():
    with pytest.raises(InputError, match="webhook-id"):
        standard.read(delivered({}, **{"webhook-id": ""}))
