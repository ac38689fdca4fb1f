import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays import hrd
from cockpit.ays.hrd_text import HrdText
from cockpit.errors import InputError


def edited(text, **values):
    document = HrdText.parse(text, source="x.hrd")
    for key, value in values.items():
        document.set(key, value)
    return document.text()


# Pieces that make files of every kind, sound or not, when they are put in a row.
LINES = [
    "a = 1",
    "  b = 2",
    "A = two words",
    "b.x = p, q  # both",
    "c = b",
    "c.y=k:v",
    "b.list =  # head",
    "a.d =",
    "  'x y',  # x",
    "\tk:[1,'2, 3'],",
    "  plain text",
    "  k: v,",
    "# comment",
    "  # indented",
    "@skipped",
    "  @skipped",
    "stray",
    "",
    "",
    "d = bqp",
    "=41",
    "#BINARYEND#########",
    "e = @ask,",
    "f = '/open, # x",
    "\t",
]


def documents(lines):
    return st.builds(
        lambda chosen, newline, end, bom: bom + newline.join(chosen) + end,
        st.lists(st.sampled_from(lines), max_size=14),
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from(["", "\n"]),
        st.sampled_from(["", "\ufeff"]),
    )


DOCUMENTS = documents(LINES)
WITHOUT_BINARY = documents([line for line in LINES if "BINARYEND" not in line])
TEXTS = st.one_of(
    st.text(alphabet="ab='\"[]:,#@ \t\n\\nKD{}27$()ü", max_size=8),
    st.text(max_size=6),
    st.sampled_from(
        ["b", "bqp", "", "[1,2]", "@ask x", "$(secret:a)", "\\n", "\\\\n", "x\r", "\\{27}"]
    ),
)
VALUES = st.one_of(
    TEXTS,
    st.binary(max_size=60),
    st.lists(TEXTS, max_size=3),
    st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS, max_size=2), max_size=3),
)
KEYS = st.sampled_from(
    ["a", "A.d", "b", "b.x", "b.list", "c", "c.y", "d", "e", "f", "new.key", "new.b"]
)
CHANGES = st.lists(st.tuples(KEYS, VALUES | st.none()), max_size=6)


@given(DOCUMENTS | st.text())
def test_what_is_not_changed_is_written_as_it_was_read(text):
    assert HrdText.parse(text).text() == text


@given(DOCUMENTS, CHANGES)
def test_changes_and_nothing_else_are_there_when_the_file_is_read_again(text, changes):
    document = HrdText.parse(text)
    expected = {key.lower(): value for key, value in hrd.parse(text, source="").data().items()}
    for key, value in changes:
        if value is None:
            document.delete(key)
            expected.pop(key.lower(), None)
        else:
            document.set(key, value)
            expected[key.lower()] = value
    again = hrd.parse(document.text(), source="").data()

    assert {key.lower(): value for key, value in again.items()} == expected


COMMENTS = ["# both", "# head", "# x", "# comment", "# indented", "@skipped"]


@given(WITHOUT_BINARY, st.dictionaries(KEYS, VALUES, max_size=6))
def test_every_comment_survives_whatever_is_set(text, changes):
    after = edited(text, **changes)

    assert [after.count(one) for one in COMMENTS] == [text.count(one) for one in COMMENTS]


@given(DOCUMENTS, st.dictionaries(KEYS, VALUES, max_size=6))
def test_keys_keep_their_order_and_their_spelling(text, changes):
    before = list(hrd.parse(text, source="").data())
    after = list(hrd.parse(edited(text, **changes), source="").data())

    assert [key for key in after if key in before] == before


@given(DOCUMENTS)
def test_setting_what_is_there_changes_nothing(text):
    sound = [entry for entry in hrd.parse(text, source="").entries() if not entry.error]

    assert edited(text, **{entry.key: entry.value for entry in sound}) == text


@pytest.mark.parametrize(
    ("line", "value", "changed"),
    [
        ("port   = 80   # web", 81, "port   = 81   # web"),
        ("  port=80", "81", "  port=81"),
        ("port = 80", "a # b", "port = 'a # b'"),
        ("port = 80", "a: b", "port = 'a: b'"),
        ("port = 80", "it's", "port = it's"),
        ("port = 80", "it's: ", r"port = 'it\{27}s: '"),
        ("port = 80", r"C:\new", r"port = 'C:\\new'"),
        ("port = 80", "[1]", r"port = '\{5b}1]'"),
        ("port = 80", "", "port = ''"),
        ("port = 80", "bqp", "port = 'bqp'"),
        ("port = 80", "x\ty", r"port = 'x" + "\t" + "y'"),
        ("port = 80", "x\ry", r"port = 'x\{d}y'"),
        ("port = x, y", ["x", "z z"], "port = x, 'z z'"),
        ("port = x, y", ["x"], "port = x,"),
        ("port = x, y", [], "port = ,"),
        ("port = k:v  # why", {"k": "w", "l": ["1", "2, 3"]}, "port = k:w, l:['1','2, 3']  # why"),
        ("port = k:v", {}, "port = :"),
        ("port =  # why\n  one\n  two", "one\n2", "port =  # why\n  one\n  2"),
        ("port =\n  one\n  two # why", "three", "port = three\n    # why"),
        ("port = 80 # why", True, "port = True # why"),
    ],
)
def test_changed_line_looks_as_a_person_would_write_it(line, value, changed):
    assert edited(line, port=value) == changed


def test_comments_and_lines_of_a_list_stay_where_their_items_stay():
    text = "a =\n  x,   # first\n  # about y\n  y\n  'z z',  # last\n# next\nb = 1\n"

    assert edited(text, a=["x", "y", "new"]) == (
        "a =\n  x,   # first\n  # about y\n  y\n  'new',\n    # last\n# next\nb = 1\n"
    )


def test_comments_of_lines_that_go_stay_behind_the_value():
    text = "a =\n  x,   # first\n  # about y\n  y\n# next\n"

    assert edited(text, a=["y"]) == "a =\n    'y',\n    # first\n  # about y\n# next\n"


def test_changed_entry_of_a_dict_keeps_its_comment_and_the_others_their_lines():
    text = "a =\n  host : h,  # where\n  port:'1', # which\n  'a b':x\n"

    assert edited(text, a={"host": "h", "port": "2", "a b": "x", "n": ["1"]}) == (
        "a =\n  host : h,  # where\n  port:'2', # which\n  'a b':x\n  n:['1'],\n"
    )


def test_new_key_goes_behind_its_relatives_else_to_the_end_after_a_blank_line():
    text = "web.a = 1\n# about b\ndb.b = 2"

    assert edited(text, **{"web.c": "3", "new.x": ["y"], "web.d": "4", "new.z": "5"}) == (
        "web.a = 1\nweb.c = 3\nweb.d = 4\n# about b\ndb.b = 2\n\nnew.x =\n    'y',\nnew.z = 5\n"
    )


def test_empty_document_takes_its_first_key():
    assert edited("", a="1", b=b"\x00A") == "a = 1\n\nb = bqp\n=00A\n#BINARYEND#########\n"


def test_line_ends_of_the_file_are_those_of_new_lines():
    assert edited("a = 1\r\nb = 2\r\n", a=["x"], c="3") == (
        "a =\r\n    'x',\r\nb = 2\r\n\r\nc = 3\r\n"
    )


def test_key_is_found_in_any_case_and_keeps_its_spelling():
    assert edited("Web.Port = 80\n", **{"web.port": "81"}) == "Web.Port = 81\n"


def test_deleting_takes_the_lines_of_the_key_and_nothing_around_it():
    document = HrdText.parse("# head\na =\n  x, # one\n# about b\nb = 1\nA = 2\n")
    document.delete("a")
    document.delete("never")

    assert document.text() == "# head\n# about b\nb = 1\n"
    assert not document.exists("a")


def test_indented_line_behind_a_new_block_stays_a_key_of_its_own():
    assert edited("a = 1\n  b = 2\n", a=["x"]) == "a =\n    'x',\n\n  b = 2\n"


def test_value_b_is_quoted_before_a_binary_block_comes_behind_it():
    assert edited("a = b\n", c=b"x") == "a = 'b'\n\nc = bqp\nx\n#BINARYEND#########\n"


def test_long_bytes_are_folded():
    lines = edited("", a=bytes(range(256))).splitlines()

    assert max(map(len, lines)) == 73
    assert hrd.parse("\n".join(lines), source="").get("a") == bytes(range(256))


def test_values_are_read_and_seen_as_they_stand():
    document = HrdText.parse("a = $(b)/x\nb = 1\n", source="x.hrd")
    document.set("b", 2)

    assert document.get("A") == "$(b)/x"
    assert document.get("b") == "2"
    assert document.hrd().get("a") == "2/x"


def test_value_that_was_handed_out_changes_nothing_inside():
    document = HrdText.parse("a = x, y\n")
    document.get("a").append("z")

    assert document.get("a") == ["x", "y"]


def test_broken_and_missing_values_are_named_by_their_place():
    document = HrdText.parse("a = k:v, x\n", source="x.hrd")

    with pytest.raises(InputError, match=r"x\.hrd:1: 'x' has no ':'"):
        document.get("a")
    with pytest.raises(InputError, match=r"x\.hrd: no key b"):
        document.get("b")
    assert document.warnings == ["x.hrd:1: 'x' has no ':' and stands in a dict"]


@pytest.mark.parametrize("key", ["", " a", "a = b", "a\nb", "#a", "@a", "a#b", "\ufeffa", "a\tb"])
def test_text_that_cannot_be_a_key_is_refused(key):
    document = HrdText.parse("x = 1\n")
    with pytest.raises(InputError, match="cannot be the key"):
        document.set(key, "1")

    assert document.text() == "x = 1\n"


@pytest.mark.parametrize("value", [None, [["x"]], {"a": {"b": "c"}}, [None], object()])
def test_value_that_hrd_cannot_hold_is_refused(value):
    document = HrdText.parse("x = 1\n")
    with pytest.raises(InputError, match="HRD holds text"):
        document.set("x", value)

    assert document.text() == "x = 1\n"
