import pytest

from cockpit.errors import InputError
from JumpScale import j

duration = j.data.types.duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10),
        ("4m", 240),
        ("24h", 86400),
        ("2d", 172800),
        ("1w", 604800),
        ("1.5h", 5400),
        ("0.5s", 0.5),
        ("90", 90),
        (" 5m ", 300),
        ("-1", -1),
        (90, 90),
        (-1, -1),
        (1.5, 1.5),
    ],
)
def test_a_span_is_told_in_seconds(text, seconds):
    assert duration.convertToSeconds(text) == seconds


def test_whole_seconds_are_a_whole_number():
    assert isinstance(duration.convertToSeconds("4m"), int)


@pytest.mark.parametrize("text", ["", "soon", "5y", "-5m", "1h 2m"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(InputError, match="is not a duration"):
        duration.convertToSeconds(text)
    with pytest.raises(InputError, match="is not a duration"):
        duration.fromString(text)


@pytest.mark.parametrize("value", ["5m", "90", 0, 7, -1])
def test_a_span_is_known_as_one(value):
    assert duration.check(value)


@pytest.mark.parametrize("value", ["soon", -2, None, True, [1]])
def test_what_is_none_is_not(value):
    assert not duration.check(value)


def test_the_text_of_a_span_is_kept_as_written():
    assert duration.fromString("5m") == "5m"
