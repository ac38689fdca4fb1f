import sys

import pytest

from cockpit.eco.variables import variables


class Rude:
    """Raises when anybody compares, writes or hashes it by its own code."""

    compared = 0

    def __lt__(self, other):
        Rude.compared += 1
        return True

    def __repr__(self):
        raise SystemExit


def around(value):
    """The frame of a function that holds a value."""
    held = value  # noqa: F841 - looked at by its frame
    return sys._getframe()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"a": 1, 2: [b"x"]}, "{'a': 1, 2: [b'x']}"),
        (set(), "set()"),
        ({5}, "{5}"),
        (frozenset(), "frozenset()"),
        (frozenset({5}), "frozenset({5})"),
        (dict.fromkeys(range(9)), "{0: None, 1: None, 2: None, 3: None, ...}"),
        ({}, "{}"),
        ([Rude()], "[<Rude>]"),
    ],
)
def test_plain_values_are_written_and_others_named(value, told):
    assert variables(around(value))["held"] == told


def test_nothing_of_what_is_there_is_compared_or_walked_through():
    rude = [Rude() for _ in range(100)]
    for value in (dict.fromkeys(rude), set(rude), frozenset(rude)):
        assert variables(around(value))["held"].count("<Rude>") in (4, 6)

    assert Rude.compared == 0


def test_what_holds_itself_ends():
    circle = {}
    circle["self"] = circle

    assert variables(around(circle))["held"].count("self") < 10


def test_names_that_tell_a_secret_hide_it_and_modules_are_left_out():
    def act():
        token = "x"  # noqa: F841 - looked at by its frame
        return sys._getframe()

    assert variables(act()) == {"token": "***"}
    assert variables(None) == {}
