import msgspec
import pytest

from cockpit import events
from cockpit.events import kinds

SPECIFIED = {
    "email": "body bodytype attachments cc from subject",
    "telegram": "io action args",
    "alarm": "service method msg epoch",
    "eco": "guid gid nid pid app_name eco_type state error_msg error_pub category func_name "
    "func_filename line_nbr code backtrace extra last_time close_time occurence tags",
    "generic": "tags args",
}


@pytest.mark.parametrize("kind", events.TYPES)
def test_wire_names_are_the_specifications_in_its_order(kind):
    fields = msgspec.structs.fields(events.BY_TYPE[kind])

    specified = [f.encode_name for f in fields if not kinds.is_addition(f)]

    assert specified == SPECIFIED[kind].split()


@pytest.mark.parametrize("kind", events.TYPES)
def test_every_field_is_described_with_an_example(kind):
    for known in msgspec.structs.fields(events.BY_TYPE[kind]):
        description, example = kinds.told(known)

        assert description.endswith((".", "…"))
        assert example is not None


def test_an_email_reads_as_the_mapping_of_its_wire_names():
    email = events.Email(sender="ann@example.org", subject="disk full")

    assert email["from"] == email.sender == "ann@example.org"
    assert email["type"] == email.type == "email"
    assert email.get("subject") == "disk full"
    assert email.get("nothing", 7) == 7
    assert "from" in email
    assert "sender" not in email
    assert list(email) == email.keys()
    assert dict(email.items()) == dict(email)
    assert email.values() == [email[name] for name in email]
    assert len(email) == len(email.keys())


def test_an_empty_addition_reads_as_empty_and_an_unknown_name_is_a_key_error():
    alarm = events.Alarm(service="disk!one", method="monitor")

    assert alarm["to"] == []
    assert alarm["meta"] == {}
    with pytest.raises(KeyError):
        alarm["sender"]


def test_choices_are_the_words_a_field_may_hold():
    known = {f.encode_name: f for f in msgspec.structs.fields(events.Eco)}

    assert kinds.choices(known["state"]) == ("NEW", "ALERT", "CLOSED")
    assert kinds.choices(known["guid"]) == ()


def test_events_cannot_be_changed():
    with pytest.raises(AttributeError):
        events.Generic().tags = ["x"]
