import pytest

from cockpit.errors import InputError, OpsError
from JumpScale import j


@pytest.mark.parametrize("name", ["inputerror_raise", "inputerror_critical"])
def test_a_mistake_of_the_caller_is_raised_as_one(name):
    with pytest.raises(InputError, match="no such disk") as raised:
        getattr(j.events, name)("no such disk", category="disk", msgpub="Sorry")

    assert isinstance(raised.value, j.exceptions.Input)
    assert (raised.value.tags, raised.value.msgpub) == ("category:disk", "Sorry")


@pytest.mark.parametrize("name", ["opserror_raise", "opserror_critical", "opserror"])
def test_trouble_of_the_world_is_raised_as_such(name):
    with pytest.raises(OpsError, match="disk is full"):
        getattr(j.events, name)("disk is full")


@pytest.mark.parametrize("name", ["bug_raise", "bug_critical"])
def test_a_bug_is_raised_as_one(name):
    with pytest.raises(j.exceptions.BUG, match="cannot be"):
        getattr(j.events, name)("cannot be")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("inputerror_warning", "input"),
        ("opserror_warning", "operations"),
        ("bug_warning", "bug"),
    ],
)
def test_a_warning_is_logged_and_the_action_goes_on(name, kind, caplog):
    getattr(j.events, name)("look here", category="disk")
    getattr(j.events, name)("and here")

    assert caplog.messages == [f"{kind} (disk): look here", f"{kind}: and here"]
    assert {record.levelname for record in caplog.records} == {"WARNING"}
