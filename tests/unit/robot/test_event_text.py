import copy
import json

import pytest

from builders import an_alarm
from cockpit import events
from cockpit.robot.event_text import EventText


@pytest.fixture
def text():
    return EventText(events.Email(sender="ann@there", subject="hi", bodytype="text", to=["b@c"]))


def test_it_is_the_json_of_the_event(text):
    found = json.loads(text)

    assert isinstance(text, str)
    assert (found["type"], found["from"]) == ("email", "ann@there")


@pytest.mark.parametrize("name", ["sender", "from"])
def test_fields_read_by_any_of_their_names(text, name):
    assert (text[name] if name == "from" else getattr(text, name)) == "ann@there"


def test_old_names_read_too(text):
    assert (text.body_type, text.recipient) == ("text", ["b@c"])
    assert EventText(events.Eco(app_name="x", error_msg="boom")).errormessage == "boom"


def test_it_is_cut_as_a_text(text):
    assert text[0] == "{"


def test_what_no_field_is_called_is_no_attribute(text):
    with pytest.raises(AttributeError, match="colour"):
        _ = text.colour


def test_it_can_be_copied():
    assert copy.copy(EventText(an_alarm())).msg == an_alarm().msg
