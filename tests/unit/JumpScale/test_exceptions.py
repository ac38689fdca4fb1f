import builtins

import pytest

from cockpit.errors import InputError, OpsError
from JumpScale import exceptions, j


@pytest.mark.parametrize("name", ["Input", "NotFound", "AYSNotFound"])
def test_a_mistake_of_the_caller_is_an_input_error(name):
    assert issubclass(getattr(j.exceptions, name), InputError)


@pytest.mark.parametrize("name", ["OPERATIONS", "IOError", "Timeout", "SSHError", "SSHTimeout"])
def test_trouble_of_the_world_is_an_operations_error(name):
    assert issubclass(getattr(j.exceptions, name), OpsError)


@pytest.mark.parametrize(
    "name", ["BUG", "JSBUG", "RuntimeError", "NotImplemented", "HaltException"]
)
def test_the_rest_is_of_neither_family(name):
    assert not issubclass(getattr(j.exceptions, name), InputError | OpsError)


@pytest.mark.parametrize("name", exceptions.__all__)
def test_every_one_is_caught_as_any_error_of_ays_8(name):
    with pytest.raises(j.exceptions.BaseJSException, match="it broke"):
        raise getattr(j.exceptions, name)("it broke")


def test_a_runtime_error_is_also_pythons_own():
    assert issubclass(j.exceptions.RuntimeError, builtins.RuntimeError)


def test_what_ays_8_told_an_error_is_kept():
    error = j.exceptions.Input(
        "no such disk", level=2, source="node", tags="category:disk", msgpub="Sorry"
    )

    assert str(error) == error.message == error.msg == "no such disk"
    assert (error.level, error.source, error.tags) == (2, "node", "category:disk")
    assert error.msgpub == "Sorry"


def test_a_message_may_be_any_object():
    assert str(j.exceptions.NotFound(ValueError("inner"))) == "inner"
