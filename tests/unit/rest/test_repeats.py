import pytest

from cockpit.errors import InputError
from cockpit.rest.repeats import refuse_repeats


@pytest.mark.parametrize(
    "octets",
    [
        b"{}",
        b'[{"a": 1}, {"a": 2}]',
        b'{"a": {"a": [{"a": 1}]}, "b": "a"}',
        b'{"a": "\\"a\\": 1", "A": 2}',
        b'{"n": ' + b"9" * 10_000 + b', "m": 1e999999}',
    ],
)
def test_names_that_stand_once_in_each_object_are_taken(octets):
    refuse_repeats(octets)


@pytest.mark.parametrize(
    ("octets", "name"),
    [
        (b'{"a": 1, "b": 2, "a": 3}', "a"),
        (b'{"x": [{"b": {}, "b": {}}]}', "b"),
        (b'{"a": 1, "\\u0061": 2}', "a"),
    ],
)
def test_a_name_that_stands_twice_is_told(octets, name):
    with pytest.raises(InputError, match=f"^{name}: stands twice in one object$"):
        refuse_repeats(octets)


def test_what_is_not_utf_8_is_told():
    with pytest.raises(InputError, match="not UTF-8 at byte 7"):
        refuse_repeats(b'{"a": "\xe9"}')


def test_what_is_nested_too_deep_is_refused():
    with pytest.raises(InputError, match="nested too deep"):
        refuse_repeats(b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
