import pytest

from cockpit.ays.field_limit import limits
from cockpit.errors import InputError


def check(value, type_="str", **tags):
    limits(tags, type_).check(value)


@pytest.mark.parametrize(
    ("value", "type_", "tags"),
    [
        (1, "int", {"minval": "1", "maxval": "1"}),
        (1.5, "float", {"min": "1", "max": "2"}),
        ("", "str", {"regex": "a+"}),
        ("aaa", "str", {"regex": "a+"}),
        (["a", "aa", ""], "str", {"regex": "a+"}),
        ("b", "str", {"singlechoice": "a, b"}),
        (["a", "b"], "str", {"multichoice": "a,b"}),
        ("anything", "str", {}),
    ],
)
def test_what_fits_passes(value, type_, tags):
    check(value, type_, **tags)


@pytest.mark.parametrize(
    ("value", "type_", "tags", "why"),
    [
        (0, "int", {"minval": "1"}, "0 is less than 1"),
        (2.5, "float", {"max": "2"}, "2.5 is more than 2"),
        ("ab", "str", {"regex": "a+"}, "'ab' does not match a"),
        ("c", "str", {"choices": "a,b"}, "'c' is no choice"),
        ("x" * 200, "str", {"regex": "a"}, "'x{59}… does not match"),
    ],
)
def test_what_does_not_fit_is_told(value, type_, tags, why):
    with pytest.raises(InputError, match=why):
        check(value, type_, **tags)


@pytest.mark.parametrize(
    ("type_", "tags", "why"),
    [
        ("str", {"minval": "1"}, "minval goes with a number, not with str"),
        ("int", {"maxval": "many"}, "maxval:many is no number"),
        ("int", {"min": "3", "max": "2"}, "minval:3 is more than maxval:2"),
        ("str", {"regex": "("}, "none that can be matched"),
        ("str", {"regex": r"(a)\1"}, "none that can be matched"),
    ],
)
def test_limits_that_make_no_sense_are_told(type_, tags, why):
    with pytest.raises(InputError, match=why):
        limits(tags, type_)


def test_no_expression_takes_for_ever():
    with pytest.raises(InputError, match="does not match"):
        check("a" * 50_000 + "b", regex="(a+)+")
