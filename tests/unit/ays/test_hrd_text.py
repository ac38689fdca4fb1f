import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays.hrd import parse
from cockpit.ays.hrd_text import HrdText
from cockpit.errors import InputError

FILE = """\
# The web server.
web.Root     = /srv/site   # scalar
web.hosts    =
    alpha,
    # the old one
    'beta, gamma',

# Limits.
web.limits = cpu:2, mem:512
db.name = shop
"""


def made(text=FILE):
    return HrdText(text, source="service.hrd")


def after(key, value, text=FILE):
    found = made(text)
    found.set(key, value)
    return found.text


def test_nothing_changes_when_the_value_is_the_same():
    assert after("web.root", "/srv/site") == FILE
    assert after("web.hosts", ["alpha", "beta, gamma"]) == FILE


def test_one_line_changes_and_its_comment_stays():
    changed = FILE.replace("= /srv/site   # scalar", "= /opt # scalar")

    assert after("WEB.ROOT", "/opt") == changed


def test_a_comment_inside_a_block_stays():
    assert after("web.hosts", ["delta"]) == FILE.replace(
        "    alpha,\n    # the old one\n    'beta, gamma',\n", "    # the old one\n    delta,\n"
    )
    assert "    # the old one\nweb.hosts    = one\n" in after("web.hosts", "one")


def test_a_new_key_stands_with_its_group():
    assert after("web.port", 80) == FILE.replace("mem:512\n", "mem:512\nweb.port = 80\n")


def test_a_new_group_stands_at_the_end():
    assert after("mail.to", "ann@example.org").endswith("shop\n\nmail.to = ann@example.org\n")
    assert after("a", "1", text="") == "a = 1\n"
    assert after("a", "1", text="b = 2") == "b = 2\n\na = 1"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (True, "true"),
        (5, "5"),
        (["a", "b, c"], ["a", "b, c"]),
        ([], []),
        ({"a": 1, "b": [2, 3], "c": "x, y"}, {"a": "1", "b": ["2", "3"], "c": "x, y"}),
        ("http://h:80/p", "http://h:80/p"),
        ("it's #1", "it's #1"),
        ("one\ntwo", "one\ntwo"),
        ("one\n\n two\n", "one\n\n two\n"),
        ("#BINARYEND", "#BINARYEND"),
        ("", ""),
        (" ", " "),
        ("@ask", "@ask"),
    ],
)
def test_a_value_reads_back_as_it_was_set(value, read):
    found = made()
    found.set("web.new", value)

    assert found.read().get("web.new") == read
    assert found.read().warnings == []


@pytest.mark.parametrize("value", [None, b"x", object(), ["'a', #'"], {"a:b": {"c": 1}}])
def test_what_hrd_cannot_say_is_refused_and_changes_nothing(value):
    found = made()
    with pytest.raises(InputError):
        found.set("web.root", value)

    assert found.text == FILE


@pytest.mark.parametrize("key", ["", "a b = c", "#a", "@a", "a\nb"])
def test_what_is_no_key_is_refused(key):
    found = made()
    with pytest.raises(InputError, match="cannot be written"):
        found.set(key, "x")

    assert found.text == FILE


def test_a_deleted_key_is_gone_wherever_it_stood_and_comments_stay():
    found = made(FILE + "WEB.hosts = x\n")
    found.delete("web.hosts")

    assert not found.read().exists("web.hosts")
    assert "# the old one" in found.text
    assert found.read().data() == {
        k: v for k, v in parse(FILE, source="f").data().items() if k != "web.hosts"
    }


def test_line_ends_stay_as_they_are():
    text = after("a", ["x", "y"], text="a = 1\r\nb = 2\r\n")

    assert text == "a =\r\n    x,\r\n    y,\r\nb = 2\r\n"


WORDS = st.text(st.sampled_from("ab1 ,:'\"[]#=$()@\n\t\\.b"), max_size=12)


@given(
    text=st.lists(WORDS, max_size=8).map("\n".join),
    key=st.sampled_from(["a", "a.b", "b"]),
    value=WORDS,
)
def test_any_text_is_kept_whole_in_any_file(text, key, value):
    found = made(text)
    before = found.read()
    data = before.data()
    name = next((entry.key for entry in before.entries() if entry.key.lower() == key), key)
    try:
        found.set(key, value)
    except InputError:
        assert found.text == text
    else:
        assert found.read().data() == data | {name: value}


@given(value=st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_text_can_be_written_into_a_plain_file(value):
    found = made()
    found.set("web.root", value)

    assert found.read().get_str("web.root") == value
    assert found.read().get("db.name") == "shop"
