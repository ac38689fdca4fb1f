import datetime as dt

import pytest

from cockpit.ays.service import is_name, key, parse_key, plain
from cockpit.errors import InputError


@pytest.mark.parametrize(
    ("role", "instance"), [("node", "web1"), ("os", "Web.1"), ("sshkey", "a-b_c")]
)
def test_key_comes_apart_as_it_was_joined(role, instance):
    assert parse_key(key(role, instance)) == (role, instance)


def test_upper_and_lower_case_are_two_services():
    assert key("node", "A") != key("node", "a")


@pytest.mark.parametrize(
    "text", ["", "node", "node!", "!a", "a!b!c", "node!a/b", "no de!a", "n!a\n"]
)
def test_text_that_is_no_key_is_refused(text):
    with pytest.raises(InputError):
        parse_key(text)


@pytest.mark.parametrize(
    ("text", "is_good"),
    [("a.b-c_1", True), ("", False), ("a!b", False), ("a" * 100, True), ("a" * 101, False)],
)
def test_names_are_letters_digits_and_three_signs(text, is_good):
    assert is_name(text) is is_good


def test_a_name_that_is_too_long_for_a_folder_is_refused_in_short():
    with pytest.raises(InputError, match=r"instance 'a{129}: .* 100 at most$"):
        key("node", "a" * 4000)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ((1, "a"), [1, "a"]),
        ({1: None}, {"1": None}),
        (dt.date(2016, 5, 4), "2016-05-04"),
    ],
)
def test_plain_is_what_json_gives_back(value, kept):
    assert plain(value) == kept


@pytest.mark.parametrize("value", [object(), "\ud800", {1, object()}])
def test_what_json_cannot_hold_is_refused(value):
    with pytest.raises(InputError):
        plain(value)
