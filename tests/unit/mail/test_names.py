import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.mail.names import MAX_NAME_CHARS, Names, nameless, safe_name


@pytest.mark.parametrize(
    ("given_name", "name"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/pass\twd", "pass wd"),
        ("C:\\temp\\report.pdf", "report.pdf"),
        ("..", ""),
        ("/", ""),
        (".bashrc", "bashrc"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("a\0b\r\nc", "ab c"),
        ('what?"<now>".txt', "what___now__.txt"),
        ("été 龍.txt", "été 龍.txt"),
        ("\ud800x", "x"),
    ],
)
def test_a_name_is_reduced_to_a_plain_file_name(given_name, name):
    assert safe_name(given_name) == name


def test_a_long_name_keeps_its_ending():
    name = safe_name("x" * 500 + ".pdf")

    assert len(name) == MAX_NAME_CHARS
    assert name.endswith("x.pdf")


@pytest.mark.parametrize(
    ("content_type", "name"),
    [("image/png", "part-3.png"), ("message/rfc822", "part-3.eml"), ("x/y", "part-3.bin")],
)
def test_a_part_without_a_name_gets_one_that_fits(content_type, name):
    assert nameless(3, content_type) == name


def test_names_are_unique_also_where_case_does_not_count():
    names = Names()

    assert [names.take(n) for n in ("a.txt", "A.txt", "a.txt", "a-2.txt", "b", "b")] == [
        "a.txt",
        "A-2.txt",
        "a-3.txt",
        "a-2-2.txt",
        "b",
        "b-2",
    ]


@given(st.text(alphabet=st.characters(categories=None)))
def test_no_name_is_a_path(given_name):
    name = safe_name(given_name)

    assert len(name) <= MAX_NAME_CHARS
    assert not set(name) & set('/\\:\0\r\n"')
    assert name not in {".", ".."}


@given(st.lists(st.sampled_from(["a", "A", "a-2", "a.b", "a-2.b", ".b"])))
def test_no_name_is_given_twice(wanted):
    names = Names()
    taken = [names.take(name).casefold() for name in wanted]

    assert len(set(taken)) == len(wanted)
