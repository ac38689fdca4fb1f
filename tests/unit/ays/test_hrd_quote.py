import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays.hrd_quote import decode, encode, raw_bytes, unwrap, wrap

TEXTS = st.text(alphabet="\\KnD{}27'\n[]xü") | st.text()


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        (r"a\Kb\Qc\Sd\De", 'a,b"c d:e'),
        (r"a\Nb\nc", "a\nb\nc"),
        (r"p(\"x\")", r"p(\"x\")"),
        (r"C:\temp", r"C:\temp"),
        (r"\\server\x", r"\\server\x"),
        (r"C:\\new\\\n", "C:\\new\\\n"),
        (r"it\{27}s", "it's"),
        (r"\\{27}", r"\{27}"),
        (r"\{110000}\\\{110000}\{}\{x}", r"\{110000}\\{110000}\{}\{x}"),
    ],
)
def test_escape_stands_for_its_character(quoted, text):
    assert decode(quoted) == text


@pytest.mark.parametrize(
    ("text", "also", "quoted"),
    [
        ("it's", "", r"it\{27}s"),
        ("a\nb", "", r"a\nb"),
        ("a, b: c # d", "", "a, b: c # d"),
        ("\\'", "", r"\\\{27}"),
        ("C:\\new\\x", "", r"C:\\new\x"),
        ("[x]", "[]", r"\{5b}x\{5d}"),
        ("\r\x85\u2028\ud800", "", r"\{d}\{85}\{2028}\{d800}"),
    ],
)
def test_only_what_cannot_stand_in_quotes_is_escaped(text, also, quoted):
    assert encode(text, also=also) == quoted


@given(TEXTS, st.sampled_from(["", "[", "[]"]))
def test_every_text_comes_back(text, also):
    quoted = encode(text, also=also)

    assert decode(quoted) == text
    assert not set(quoted) & {"'", "\n", "\r", *also}


@given(st.binary())
def test_all_bytes_come_back_from_lines_of_plain_ascii(data):
    lines = wrap(data)

    assert unwrap("\n".join(lines)) == data
    assert unwrap("\r\n".join(lines)) == data
    assert all(line.isascii() and line.isprintable() and line[0] != "#" for line in lines)


def test_raw_bytes_are_utf_8_and_what_was_none():
    assert raw_bytes("ü\udcff") == b"\xc3\xbc\xff"


def test_long_row_of_backslashes_is_done_at_once():
    row = "\\" * 1_000_000

    assert decode(row) == encode(row) == row
