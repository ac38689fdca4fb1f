import pytest

from cockpit.ays import duration
from cockpit.errors import InputError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10.0),
        ("1m", 60.0),
        ("24h", 86400.0),
        ("1.5h", 5400.0),
        ("2d", 172800.0),
        ("1w", 604800.0),
        ("0s", 0.0),
        (" 5 m ", 300.0),
        ('"5m"', 300.0),
        ("'15m'", 900.0),
    ],
)
def test_number_and_unit_give_seconds(text, seconds):
    assert duration.parse(text) == seconds


@pytest.mark.parametrize("text", ["0s", "0h", "0.0s", '"0m"'])
def test_period_of_zero_is_refused(text):
    with pytest.raises(InputError, match="is no time at all"):
        duration.parse_period(text)
    assert duration.parse_period("1s") == 1


@pytest.mark.parametrize(
    "text", ["", "10", "m", "1y", "-1s", "1h30m", "1e3s", ".5h", "inf", "٣s", "9" * 400 + "w"]
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(InputError) as caught:
        duration.parse(text)

    assert repr(text) in str(caught.value)
