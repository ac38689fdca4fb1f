import pytest

from cockpit.ays.field_format import FORMATS, is_fit

GOOD = {
    "email": ["ann@example.org", "a.b+c@host"],
    "tel": ["+32 9 324 20 00", "112"],
    "ipaddr": ["192.0.2.7", "2001:db8::7"],
    "iprange": ["192.0.2.0/24", "192.0.2.1-192.0.2.9", "192.0.2.1 - 192.0.2.1"],
    "guid": ["5aa2d8f0-1d35-4b0c-8d0e-9d1b2c3d4e5f"],
    "date": ["2016-05-04", "2016/05/04", "2016-05-04T10:00:00"],
    "duration": ["10s", "2d"],
    "json": ['{"a": 1}', "[]"],
    "yaml": ["a: 1", "- x"],
}
BAD = {
    "email": ["ann", "@x", "a b@c", "a@b\n", "a" * 255 + "@b"],
    "tel": ["1", "call me", "+" * 20],
    "ipaddr": ["192.0.2", "300.1.1.1", "::g"],
    "iprange": ["192.0.2.9-192.0.2.1", "192.0.2.1-::1", "x/24"],
    "guid": ["5aa2d8f0", "5aa2d8f0-1d35-4b0c-8d0e-9d1b2c3d4e5g"],
    "date": ["2016-13-01", "yesterday"],
    "duration": ["soon", "10"],
    "json": ["{", "[" * 100_000],
    "yaml": ["a: b: c", "[" * 100_000],
}


@pytest.mark.parametrize(("type_", "text"), [(t, text) for t in GOOD for text in GOOD[t]])
def test_text_of_its_form_fits(type_, text):
    assert is_fit(text, type_)


@pytest.mark.parametrize(("type_", "text"), [(t, text) for t in BAD for text in BAD[t]])
def test_other_text_does_not(type_, text):
    assert not is_fit(text, type_)


def test_every_form_is_tried_here():
    assert set(GOOD) == set(BAD) == set(FORMATS)


def test_other_types_take_every_text():
    assert is_fit("anything", "str")
