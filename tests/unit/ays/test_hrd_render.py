import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays.hrd_render import canonical, entry_line, item_line, one_line, quote_scalar, word
from cockpit.ays.hrd_value import Line, read_block, read_inline
from cockpit.errors import InputError

TEXTS = st.text(alphabet="ab='\"[]:,# \n\\K{}$()") | st.text()
LISTS = st.lists(TEXTS)
DICTS = st.dictionaries(TEXTS, TEXTS | LISTS)


@pytest.mark.parametrize(
    ("value", "made"),
    [
        (7, "7"),
        (1.5, "1.5"),
        (True, "True"),
        (b"x", b"x"),
        ((1, "x"), ["1", "x"]),
        ({1: 2, "l": (3,)}, {"1": "2", "l": ["3"]}),
    ],
)
def test_numbers_become_text_at_every_place(value, made):
    assert canonical(value) == made


@pytest.mark.parametrize("value", [None, [["x"]], {"a": {}}, {"a": [[]]}, {None: "x"}, b"x".hex])
def test_what_hrd_has_no_form_for_is_refused(value):
    with pytest.raises(InputError, match="HRD holds text"):
        canonical(value)


def test_only_words_stand_without_quotes():
    assert [word("a-b/c.d_1"), word(""), word("a b"), word("ü")] == [
        "a-b/c.d_1",
        "''",
        "'a b'",
        "'ü'",
    ]


@given(TEXTS)
def test_quoted_text_reads_back(text):
    assert read_inline(Line("", 1, quote_scalar(text)), []) == text


@given(LISTS | DICTS)
def test_one_line_reads_back(value):
    assert read_inline(Line("", 1, one_line(value)), []) == value


@given(LISTS.filter(bool))
def test_lines_of_items_read_back(items):
    assert read_block([Line("", 1, item_line(item)) for item in items], []) == items


@given(DICTS.filter(bool))
def test_lines_of_entries_read_back(entries):
    lines = [Line("", 1, entry_line(name, item)) for name, item in entries.items()]

    assert read_block(lines, []) == entries
