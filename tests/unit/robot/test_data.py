import pytest

from cockpit.errors import InputError
from cockpit.robot.data import Data, current, read

SERVICE = "desk/desk!main"
KEY = f"cockpit:data:{SERVICE}"


@pytest.fixture
def data(pipe):
    return Data(pipe, SERVICE)


def test_a_value_is_durable_before_set_returns(pipe, data):
    data.set("tickets", 3)
    data.set("who", ["ann"])

    assert pipe.call("HGETALL", KEY) == [b"tickets", b"3", b"who", b'["ann"]']
    assert Data(pipe, SERVICE).get("tickets") == 3


def test_only_what_changed_is_written(pipe, data):
    other = Data(pipe, SERVICE)
    other.set("b", 1)
    data.set("a", 1)

    assert read(pipe.call("HGETALL", KEY)) == {"a": 1, "b": 1}


def test_upper_and_lower_case_are_one_key(pipe, data):
    data.set("Tickets", 1)
    data.set("TICKETS", 2)

    assert read(pipe.call("HGETALL", KEY)) == {"tickets": 2}
    assert Data(pipe, SERVICE).get_int("TicKets") == 2


def test_a_deleted_key_is_gone_durably(pipe, data):
    data.set("a", 1)
    data.delete("A")
    data.delete("never was")

    assert pipe.call("EXISTS", KEY) == 0


@pytest.mark.parametrize("value", [object(), None, {1: object()}])
def test_what_json_cannot_hold_is_refused_and_not_kept(pipe, data, value):
    with pytest.raises(InputError):
        data.set("a", value)

    assert not data.exists("a")
    assert pipe.call("EXISTS", KEY) == 0


def test_a_missing_key_is_named(data):
    with pytest.raises(InputError, match=r"service\.hrd: no key oncall"):
        data.get("oncall")


def test_every_change_is_mirrored(pipe, data):
    data.set("a", 1)
    data.delete("a")

    assert pipe.call("HGETALL", "cockpit:unmirrored:desk") == [b"desk/desk!main", b"2"]


def test_what_is_current_has_the_spelling_that_was_given():
    assert current({"maxCPU": 1, "a": 2}, {"maxcpu": 3, "seen": 4}) == {
        "maxCPU": 3,
        "a": 2,
        "seen": 4,
    }
