import pytest

from cockpit.errors import InputError, OpsError
from JumpScale import error_condition, j


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
        ("inputerror_warning", "INPUT"),
        ("opserror_warning", "OPERATIONS"),
        ("bug_warning", "BUG"),
    ],
)
def test_a_warning_is_recorded_and_the_action_goes_on(name, kind):
    found = []
    with error_condition.bind(found.append):
        getattr(j.events, name)("look here", category="disk", msgpub="Sorry")
        getattr(j.events, name)("and here")

    assert [(one.errormessage, one.category) for one in found] == [
        ("look here", "disk"),
        ("and here", ""),
    ]
    assert {(one.kind, one.level_name) for one in found} == {(kind, "WARNING")}
    assert found[0].errormessagePub == "Sorry"


def test_outside_an_action_a_warning_is_logged(caplog):
    j.events.opserror_warning("look here", category="disk")

    assert [(one.levelname, one.getMessage()) for one in caplog.records] == [
        ("WARNING", "look here")
    ]
