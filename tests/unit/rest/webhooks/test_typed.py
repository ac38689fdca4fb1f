import pytest

from cockpit.rest.webhooks.typed import typed

ALARM = {"service": "a!b", "method": "m", "msg": "x"}


def event(kind, data):
    return typed(kind, data, source="s", epoch=7, args={"key": "k"})


@pytest.mark.parametrize("kind", ["alarm", "alarm.disk", "ALERT.x"])
def test_what_is_called_an_alarm_and_has_its_fields_is_one(kind):
    found = event(kind, ALARM | {"id": "theirs", "type": "x"})

    assert (found.type, found.service, found.epoch, found.id) == ("alarm", "a!b", 7, "")


def test_what_is_called_an_error_and_has_its_fields_is_an_eco():
    assert event("error.crash", {"error_msg": "boom"}).error_msg == "boom"


@pytest.mark.parametrize(
    ("kind", "data"),
    [("alarm", {"service": 1}), ("alarm", "text"), ("alarming", ALARM), ("", None)],
)
def test_everything_else_is_generic(kind, data):
    found = event(kind, data)

    assert found.type == "generic"
    assert found.args == {"source": "s", "event": kind, "key": "k", "payload": data}
