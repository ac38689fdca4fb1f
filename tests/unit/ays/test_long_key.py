import pytest

from cockpit.ays.long_key import LongKey, parse


@pytest.mark.parametrize(
    ("text", "domain", "name", "instance", "role"),
    [
        ("d|n!i@r", "d", "n", "i", "r"),
        ("d|n", "d", "n", "", "n"),
        ("d|r.n", "d", "r.n", "", "r"),
        ("r!i", "", "", "i", "r"),
        ("r.n", "", "r.n", "", "r"),
        ("r.n!i", "", "r.n", "i", "r"),
        ("", "", "", "", ""),
    ],
)
def test_each_part_may_be_missing(text, domain, name, instance, role):
    assert parse(text) == LongKey(domain, name, instance, role)
