import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_api.rules import entities, units
from cockpit.telegram.text import Text, bold, clean, code, italic, lines, plain, pre

WORDS = st.lists(st.sampled_from(["a", "b\n", " ", "😀", "é", "word "]), max_size=400)
MADE = st.builds(
    lambda parts: sum((one for one in parts), Text()),
    st.lists(st.builds(lambda make, words: make("".join(words)), st.sampled_from([plain, bold, pre]), WORDS), max_size=5),
)  # fmt: skip


def test_marks_count_utf_16_units():
    text = "😀 " + bold("é😀") + " " + code("x")

    assert text.plain == "😀 é😀 x"
    assert text.entities() == [
        {"type": "bold", "offset": 3, "length": 3},
        {"type": "code", "offset": 7, "length": 1},
    ]
    assert text.units == 8


def test_a_mark_over_nothing_is_none():
    assert (bold("") + italic("  ")).entities() == []


def test_lines_are_joined_with_their_marks():
    text = lines([bold("a"), "b", pre("c")])

    assert text.plain == "a\nb\nc"
    assert [one["offset"] for one in text.entities()] == [0, 4]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\x00b", "ab"),
        ("user\u202egnp.exe", "usergnp.exe"),
        ("\u2066x\u2069", "x"),
        ("half \ud83d", "half \ufffd"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("<b>*_`[</b>", "<b>*_`[</b>"),
    ],
)
def test_what_no_message_may_hold_is_gone_and_markup_is_just_text(given, kept):
    assert clean(given) == kept == plain(given).plain


def test_a_long_text_is_cut_at_a_line_and_its_marks_go_on():
    text = pre("x" * 50 + "\n" + "y" * 50)
    first, second = text.split(60)

    assert (first.plain, second.plain) == ("x" * 50, "y" * 50)
    assert first.entities() == second.entities() == [{"type": "pre", "offset": 0, "length": 50}]


def test_a_text_without_a_place_is_cut_where_it_must_be_and_no_letter_is_halved():
    assert [one.units for one in plain("😀" * 10).split(7)] == [6, 6, 6, 2]


def test_spaces_around_are_left_out_with_the_marks_right():
    (text,) = ("\n  " + bold("a") + " ").split()

    assert (text.plain, text.entities()) == ("a", [{"type": "bold", "offset": 0, "length": 1}])


@given(MADE, st.integers(4, 50))
def test_no_part_is_too_long_nothing_but_spaces_is_lost_and_marks_stay_over_letters(text, most):
    parts = text.split(most)

    assert all(0 < one.units <= most for one in parts)
    assert "".join("".join(one.plain.split()) for one in parts) == "".join(text.plain.split())
    assert [word for one in parts for word in entities(one.plain, one.entities())] == []


@given(MADE, st.integers(2, 50))
def test_its_beginning_fits_and_says_that_there_is_more(text, most):
    short = text.short(most)

    assert units(short.plain) <= most
    assert short.plain == text.plain or short.plain.endswith("…")


def test_an_empty_text_is_no_message():
    assert plain(" \n").split() == []
    assert not plain(" \n")


@given(MADE, st.integers(20, 200))
def test_of_what_is_too_long_both_ends_stay(text, most):
    found = text.ends(most)

    assert found.units <= most
    assert found == text if text.units <= most else "…" in found.plain
    assert found.plain.endswith(text.plain[-5:])
    assert list(entities(found.plain, found.entities())) == []
