from datetime import UTC, datetime

import pytest

from cockpit.cli.moment import epoch
from cockpit.errors import InputError


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("1795456059", 1795456059),
        ("2h", 10_000 - 7200),
        ("1w", 0),
        ("2026-05-03T14:00:00+00:00", int(datetime(2026, 5, 3, 14, tzinfo=UTC).timestamp())),
        ("2026-05-03 14:00", int(datetime(2026, 5, 3, 14).astimezone().timestamp())),
    ],
)
def test_people_write_moments_in_several_ways(text, found):
    assert epoch(text, now=10_000) == found


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "9" * 30, "1h ago"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(InputError, match="is no moment"):
        epoch(text)
