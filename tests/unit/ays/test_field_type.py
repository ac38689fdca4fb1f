import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays.field_type import convert
from cockpit.errors import InputError

TEXT = st.text(alphabet="ab1-., []'")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("value", "kind", "made"),
    [
        (5, "str", "5"),
        (True, "str", "True"),
        (["x"], "str", "x"),
        (dt.date(2016, 5, 4), "str", "2016-05-04"),
        ("7", "int", 7),
        (5.0, "int", 5),
        (1, "float", 1.0),
        ("1.5", "float", 1.5),
        ("True", "bool", True),
        ("no", "bool", False),
        (0, "bool", False),
        ({"a": 1}, "dict", {"a": 1}),
        ("", "dict", {}),
        ([{"a": None}], "any", [{"a": None}]),
    ],
)
def test_value_that_fits_is_converted(value, kind, made):
    got = convert(value, kind, is_list=False)

    assert got == made
    assert type(got) is type(made)


@pytest.mark.parametrize(
    ("value", "kind", "made"),
    [
        ("core, web,", "str", ["core", "web"]),
        ("[]", "str", []),
        ("", "int", []),
        ("[1, 2]", "int", [1, 2]),
        (["a,b", 3], "str", ["a,b", "3"]),
        (4, "int", [4]),
    ],
)
def test_list_field_takes_lists_commas_and_single_values(value, kind, made):
    assert convert(value, kind, is_list=True) == made


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("x", "int"),
        (5.5, "int"),
        (True, "int"),
        (2**70, "int"),
        ("9" * 30, "int"),
        ("nan", "float"),
        ("maybe", "bool"),
        ({"a": 1}, "str"),
        (["a", "b"], "str"),
        ("x", "dict"),
        (object(), "any"),
        (["1", "x"], "int"),
    ],
)
def test_value_that_does_not_fit_is_refused(value, kind):
    with pytest.raises(InputError):
        convert(value, kind, is_list=False)


@given(JSON, st.sampled_from(["str", "int", "float", "bool", "dict", "any"]), st.booleans())
def test_converting_twice_is_converting_once(value, kind, is_list):
    try:
        once = convert(value, kind, is_list=is_list)
    except InputError:
        return

    assert convert(once, kind, is_list=is_list) == once
