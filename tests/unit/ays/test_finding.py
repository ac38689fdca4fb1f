import pytest

from cockpit.ays import finding
from cockpit.ays.finding import Finding


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a/b.hrd:12: odd: very", Finding("a/b.hrd", 12, "odd: very")),
        ("a/b.hrd:1: two\nlines", Finding("a/b.hrd", 1, "two\nlines")),
        ("no place", Finding("here", 0, "no place")),
        ("x: no line", Finding("here", 0, "x: no line")),
    ],
)
def test_a_message_is_read_as_place_and_reason(text, wanted):
    assert finding.read(text, file="here") == wanted


@pytest.mark.parametrize("text", ["a/b.hrd:12: odd", "here: no place"])
def test_a_finding_reads_as_it_was_told(text):
    assert finding.read(text.removeprefix("here: "), file="here").text == text
