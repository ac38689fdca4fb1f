import msgspec
import pytest

from cockpit.eco.fitting import fitting


def test_what_fits_is_whole():
    parts = {"extra": {"a": 1, "b": [2]}, "user": "ann", "empty": {}, "none": None}

    assert msgspec.json.decode(fitting(parts, 100)) == {"extra": {"a": 1, "b": [2]}, "user": "ann"}


def test_what_is_largest_goes_first_and_whole():
    parts = {"extra": {"n": 7, "long": "x" * 200}, "contexts": {"longest": "y" * 300, "os": "z"}}

    assert msgspec.json.decode(fitting(parts, 250)) == {
        "extra": {"n": 7, "long": "x" * 200},
        "contexts": {"os": "z"},
    }
    assert msgspec.json.decode(fitting(parts, 150)) == {"extra": {"n": 7}, "contexts": {"os": "z"}}


@pytest.mark.parametrize(
    "parts",
    [
        {"a": "x" * 500},
        {"a": {"b": {"c": "x" * 500}}, "d": ["y" * 500]},
        {"a": {str(n): "é" * n for n in range(100)}},
        {"a": {"x" * 500: 1}},
    ],
)
def test_it_is_json_of_so_many_bytes_at_most(parts):
    text = fitting(parts, 120)

    assert len(text.encode()) <= 120
    assert set(msgspec.json.decode(text)) <= set(parts)
