import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit import events
from JumpScale import j, models

KINDS = {name.lower(): getattr(models, name) for name in models.__all__}


def an_example(kind):
    return KINDS[kind].from_json(events.encode(events.example(kind)))


@pytest.mark.parametrize("kind", events.TYPES)
def test_every_type_of_event_has_its_class(kind):
    assert getattr(j.data.models.cockpit_event, kind.capitalize()).kind is events.BY_TYPE[kind]


@pytest.mark.parametrize("kind", events.TYPES)
def test_the_examples_of_the_specification_pass_through_json_and_yaml(kind):
    event = an_example(kind)

    assert KINDS[kind].from_json(event.to_json()) == event
    assert KINDS[kind].from_yaml(event.to_yaml()) == event
    assert event.to_event() == events.example(kind)


@given(st.from_type(events.Event))
def test_any_event_passes_through_json_and_yaml(event):
    found = KINDS[event.type].from_json(events.encode(event))

    assert found.to_event() == event
    assert KINDS[event.type].from_yaml(found.to_yaml()) == found


def test_fields_are_set_as_keywords():
    event = models.Email(sender="ann@example.org", subject="hello")

    assert event.to_dict()["from"] == "ann@example.org"
    assert event.subject == "hello"


def test_fields_are_set_as_attributes():
    event = models.Telegram()
    event.io = "output"
    event.action = "message"
    event.args["msg"] = "hello"

    assert event.to_dict()["args"] == {"msg": "hello"}


def test_old_names_are_todays_fields():
    event = models.Email(body_type="md", **{"from": "ann@example.org"})

    assert (event.bodytype, event.body_type) == ("md", "md")
    assert (event.sender, getattr(event, "from")) == ("ann@example.org", "ann@example.org")


def test_old_names_of_an_eco_are_todays_fields():
    event = models.Eco(errormessage="full", appname="disk", funclinenr=3, occurrences=2)

    assert (event.error_msg, event.app_name) == ("full", "disk")
    assert (event.line_nbr, event.occurence) == (3, 2)


def test_old_spellings_of_values_count():
    event = models.Eco(error_msg="x", eco_type="ops", tags=["a", "b"])

    assert event.to_dict()["eco_type"] == "OPERATIONS"
    assert event.to_dict()["tags"] == "a, b"


def test_what_was_not_set_reads_as_its_default():
    event = models.Email()

    assert (event.body, event.bodytype, event.cc, event.epoch) == ("", "text", [], 0)
    assert models.Alarm().service is None


def test_a_default_list_that_grows_counts():
    event = models.Email()
    event.cc.append("bob@example.org")

    assert event.to_dict()["cc"] == ["bob@example.org"]
    assert models.Email().cc == []


def test_reading_a_default_changes_nothing():
    event = models.Email()
    _ = event.cc, event.epoch

    assert event == models.Email()


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (models.Alarm(method="monitor"), "service"),
        (models.Email(bodytype="word"), "bodytype"),
        (models.Email(cc=[1]), "cc"),
        (models.Telegram(io="sideways", action="x"), "io"),
        (models.Eco(error_msg="x", line_nbr="many"), "line_nbr"),
        (models.Generic(args=3), "args"),
    ],
)
def test_validate_names_the_field_that_is_wrong(event, field):
    with pytest.raises(ValueError, match=f"^{field}"):
        event.validate()
    with pytest.raises(ValueError, match=f"^{field}"):
        event.to_json()


def test_validate_passes_what_is_right():
    event = models.Email(subject="hello")
    event.validate()

    assert event.subject == "hello"


def test_a_field_that_no_event_of_this_type_has_is_refused_by_name():
    with pytest.raises(AttributeError, match=r"Email has no field 'subjct': it has .*subject"):
        models.Email(subjct="hello")
    with pytest.raises(AttributeError, match=r"Alarm has no field 'subject'"):
        _ = models.Alarm().subject


def test_the_json_of_another_type_is_refused():
    with pytest.raises(ValueError, match=r"^type: 'alarm' \(expected email\)"):
        models.Email.from_json(an_example("alarm").to_json())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "emai"}'])
def test_what_is_no_event_is_refused(text):
    with pytest.raises(ValueError, match=r"^(the event|type): "):
        models.Email.from_json(text)


def test_fields_that_nobody_knows_are_ignored_in_json():
    event = models.Generic.from_json('{"type": "Generic", "args": {"a": 1}, "_cls": "x"}')

    assert event.args == {"a": 1}


def test_the_type_is_the_classs_own():
    event = models.Generic(type="Generic")

    assert event.type == "generic"
    with pytest.raises(ValueError, match=r"type: 'email' \(expected generic\)"):
        event.type = "email"


def test_an_event_lists_its_fields():
    assert {"sender", "subject", "body_type", "type", "to_json"} <= set(dir(models.Email()))
    assert repr(models.Email(subject="a")) == "Email(subject='a')"


def test_a_copy_has_the_same_fields():
    event = an_example("email")

    assert copy.deepcopy(event) == event


def test_events_of_two_types_differ():
    assert models.Email() != models.Generic()


def test_an_event_is_no_key():
    with pytest.raises(TypeError, match="unhashable"):
        hash(models.Email())


def test_an_event_reads_as_the_mapping_of_its_wire_names():
    event = models.Email(sender="ann@there", subject="hi")

    assert (event["from"], event["subject"], event["type"]) == ("ann@there", "hi", "email")
    assert dict(event) | {"from": "ann@there"} == dict(event)
    assert ("from" in event, "colour" in event, list(event)) == (True, False, event.keys())
    with pytest.raises(KeyError, match="colour"):
        _ = event["colour"]


def test_an_event_is_made_of_a_mapping_and_back():
    event = models.Email.from_dict({"type": "email", "from": "ann@there", "body_type": "html"})

    assert (event.sender, event.bodytype) == ("ann@there", "html")
    assert models.Email.from_dict(dict(event)) == event
    with pytest.raises(AttributeError, match="Email has no field 'colour'"):
        models.Email.from_dict({"colour": "red"})
