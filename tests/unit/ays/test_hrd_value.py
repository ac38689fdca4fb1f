import pytest

from cockpit.ays.hrd_value import Line, cut_comment, read_block, read_inline, split_commas
from cockpit.errors import InputError


def a_line(text, number=1):
    return Line("x.hrd", number, text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a # b", "a "),
        ("#", ""),
        ("'x # y' # z", "'x # y' "),
        ('"x # y"', '"x # y"'),
        ("'x # y", "'x "),
        ("don't # it's", "don't "),
        ("x#y", "x"),
    ],
)
def test_comment_begins_at_the_first_hash_outside_quotes(text, left):
    assert cut_comment(text) == left


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("a, b", ["a", "b"]),
        ("'a, b', c,", ["'a, b'", "c"]),
        ("x:[1,2], y", ["x:[1,2]", "y"]),
        (" , ,", []),
        ("[[a,b", ["[[a", "b"]),
    ],
)
def test_commas_split_outside_quotes_and_brackets(text, pieces):
    assert list(split_commas(text)) == pieces


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("'q: r, s'", "q: r, s"),
        ('"a, b"', '"a, b"'),
        ("a, b", ["a", "b"]),
        ("cpu:2, mem:512", {"cpu": "2", "mem": "512"}),
        ("80:80,443:443", {"80": "80", "443": "443"}),
        ("@ASK type:str descr:'a, b'", "@ASK type:str descr:'a, b'"),
        ("$(secret:db.main-1)", "$(secret:db.main-1)"),
        ("x, $(secret:db)", ["x", "$(secret:db)"]),
        ("'a:b':c, d:'e:f'", {"a:b": "c", "d": "e:f"}),
        (":", {}),
        (",", []),
        ('"x",', '"x"'),
        (r"'a\Kb'", "a,b"),
        (r"a\Kb", r"a\Kb"),
        (r"'a\Kb', 'k\D'", ["a,b", "k:"]),
        (r"'\{5b}1,2]'", "[1,2]"),
    ],
)
def test_one_line_decides_its_own_kind(text, value):
    warnings = []

    assert read_inline(a_line(text), warnings) == value
    assert warnings == []


@pytest.mark.parametrize(
    ("lines", "value"),
    [
        ([], ""),
        (["notify"], "notify"),
        (["a,", "b,"], ["a", "b"]),
        (["a,", "b"], ["a", "b"]),
        (["'http://h',"], ["http://h"]),
        (["A:'/x:/y',", "B:"], {"A": "/x:/y", "B": ""}),
        (["first line", "second = line"], "first line\nsecond = line"),
    ],
)
def test_first_line_of_a_block_decides_for_all(lines, value):
    assert read_block([a_line(text) for text in lines], []) == value


def test_dict_line_without_colon_is_named_by_file_and_line():
    with pytest.raises(InputError, match=r"^x\.hrd:2: 'b'"):
        read_block([a_line("a:1,", 1), a_line("b,", 2)], [])
