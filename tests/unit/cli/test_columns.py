import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cockpit.cli.columns import columns, cut

ROWS = [
    ["ID", "WHERE", "COUNT", "MESSAGE"],
    ["1", "a.py:1", "12345", "no answer from the shop for so long a time that nobody counts it"],
    ["22", "b.py:22", "1", "ok"],
]
LETTERS = st.text(st.sampled_from("ab 漢字é\u0301🙂"), max_size=40)


def test_columns_are_as_wide_as_what_is_in_them():
    assert columns(ROWS) == [
        "ID  WHERE    COUNT  MESSAGE",
        "1   a.py:1   12345  no answer from the shop for so long a time that nobody counts it",
        "22  b.py:22  1      ok",
    ]


def test_a_screen_cuts_the_last_column():
    assert columns(ROWS, width=46) == [
        "ID  WHERE    COUNT  MESSAGE",
        "1   a.py:1   12345  no answer from the shop f…",
        "22  b.py:22  1      ok",
    ]


@pytest.mark.parametrize(
    ("width", "heading"), [(46, "ID  WHERE    COUNT  MESSAGE"), (40, "ID  COUNT  MESSAGE"), (30, "ID  MESSAGE")]
)  # fmt: skip
def test_a_narrow_screen_goes_without_what_matters_least(width, heading):
    assert columns(ROWS, width=width, drops=(1, 2))[0] == heading


def test_letters_that_are_two_cells_wide_keep_the_columns_straight():
    _, first, second = columns([["A", "B"], ["漢字", "x"], ["e\u0301", "y"]])

    assert cell_len(first.partition("x")[0]) == cell_len(second.partition("y")[0]) == 6


@given(st.lists(st.tuples(LETTERS, LETTERS, LETTERS), min_size=1), st.integers(1, 60))
def test_no_line_is_wider_than_the_screen(rows, width):
    found = columns(rows, width=width, drops=(1,))

    assert len(found) == len(rows)
    assert all(cell_len(line) <= width for line in found)


def test_what_fits_is_not_cut():
    assert cut("漢字", 4) == "漢字"
    assert cut("漢字漢", 4) == "漢…"
    assert cut("anything", 0) == "anything"
