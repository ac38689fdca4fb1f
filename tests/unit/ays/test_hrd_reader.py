"""The observed edge cases of the AYS 8 parser, by their numbers, as they are decided here."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.ays import hrd
from cockpit.ays.hrd_reader import entries
from cockpit.errors import InputError


def read(text):
    return hrd.parse(text, source="service.hrd")


def data(text):
    """Return the values of a text that is read without a warning."""
    made = read(text)
    assert made.warnings == []

    return made.data()


def doubted(text):
    """Return the values, and the lines of the warnings."""
    made = read(text)
    places = [warning.partition(": ")[0] for warning in made.warnings]

    return made.data(), [place.removeprefix("service.hrd:") for place in places]


def test_vector_01_scalars_stay_text():
    made = read("a = 007\nb = True\nc = none")

    assert made.data() == {"a": "007", "b": "True", "c": "none"}
    assert (made.get_int("a"), made.get_bool("b"), made.get_int("c")) == (7, True, 0)


def test_vector_02_double_quotes_stay():
    assert data('a = "x"') == {"a": '"x"'}


def test_vector_03_a_comma_makes_a_list():
    assert data("a = x, y\nb = 'q',\nc =,") == {"a": ["x", "y"], "b": ["q"], "c": []}


def test_vector_04_a_colon_makes_a_dict_and_the_text_is_kept():
    made = read("a = k:v\nmac = aa:bb:cc\nu = http://h:80/p")

    assert made.data() == {"a": {"k": "v"}, "mac": {"aa": "bb:cc"}, "u": {"http": "//h:80/p"}}
    assert made.get_str("mac") == "aa:bb:cc"
    assert made.get_str("u") == "http://h:80/p"


def test_vector_05_a_time_is_a_dict_and_its_text_is_kept():
    made = read("t = 12:30")

    assert made.get("t") == {"12": "30"}
    assert made.get_str("t") == "12:30"


def test_vector_06_a_block_of_items():
    assert data("a =\n    one,\n    'two, x',\n") == {"a": ["one", "two, x"]}


def test_vector_07_doubled_missing_and_last_commas_of_a_dict():
    assert data("a =\n p:5544,,\n k:,\n last:1\n") == {"a": {"p": "5544", "k": "", "last": "1"}}


def test_vector_08_brackets_in_a_dict_are_a_list():
    assert data("a =\n ports:[1,2],\n") == {"a": {"ports": ["1", "2"]}}
    assert data("a =\n env:[],\n") == {"a": {"env": []}}


def test_vector_08b_each_bracket_list_of_a_dict_is_its_own():
    expected = {"d": {"a": ["1", "2"], "b": "x", "c": ["3"]}}

    assert data("d =\n a:[1,2],\n b:x,\n c:[3],") == expected


def test_vector_09_a_line_without_colon_breaks_the_dict_by_name():
    assert doubted("a =\n k:v,\n x,\nb = 1") == ({"a": "", "b": "1"}, ["3"])
    with pytest.raises(InputError, match=r"^service\.hrd:3: 'x' has no ':'"):
        read("a =\n k:v,\n x,\n").get("a")


def test_vector_10_text_with_a_comma_at_its_end_is_text():
    assert doubted("a =\n foo\n bar,\n") == ({"a": "foo\nbar,"}, ["3"])


def test_vector_11_a_key_behind_a_block_needs_no_blank_line():
    expected = {"a": ["x"], "b": "2", "c": ["y"], "d": "3"}

    assert data("a =\n x,\nb = 2\nc =\n y,\nd = 3") == expected


def test_vector_12_a_comment_ends_no_block():
    assert data("a =\n x,\n # no\n# no\n y,\n") == {"a": ["x", "y"]}


def test_vector_13_a_quoted_hash_is_text():
    assert data("a = 'x # y'  # z") == {"a": "x # y"}


def test_vector_13_a_quoted_hash_is_flagged_for_files_of_ays_8():
    made = hrd.parse("a = 'x # y'\nb =\n '#1',\nc = 1 # z\n", source="x.hrd", is_legacy=True)

    assert made.data() == {"a": "x # y", "b": ["#1"], "c": "1"}
    assert made.warnings == [f"x.hrd:{n}: AYS 8 ended this line at its '#'" for n in (1, 3)]


def test_vector_14_tabs_indent():
    assert data("a =\n\tx,\n\ty,\n") == {"a": ["x", "y"]}


def test_vector_15_an_indented_key_behind_a_blank_line_is_doubted():
    assert doubted("x =\n  a\n\n\n  y = 1\n  z = 2\n\n  u = 3") == (
        {"x": "a", "y": "1", "z": "2", "u": "3"},
        ["5"],
    )
    assert data("x =\n  a\n\ny = 1") == {"x": "a", "y": "1"}


def test_vector_15_a_blank_line_ends_a_block():
    assert doubted("a =\n x,\n\n y,\n") == ({"a": ["x"]}, ["4"])


def test_vector_16_brackets_alone_are_a_list():
    expected = {"a": ["1", "2", "3"], "b": ["1", "2"]}

    assert data("a = [1,2,3]\nb =\n [1,2],\n") == expected


def test_vector_17_quoted_brackets_are_a_list():
    assert data("a = '[1,2]'") == {"a": ["1", "2"]}


def test_vector_18_further_equal_signs_are_text():
    expected = {"a": "b = c", "p": "-KEY-\nab=="}

    assert data("a = b = c\np =\n -KEY-\n ab==\n") == expected


def test_vector_19_a_quote_that_is_never_closed_is_taken_off():
    assert doubted("a =\n c:'/opt/x,\n d:1,\n") == ({"a": {"c": "/opt/x", "d": "1"}}, ["2"])


def test_vector_20_the_last_of_two_keys_wins():
    assert doubted("a = 1\na = 2") == ({"a": "2"}, ["2"])


def test_vector_21_an_empty_key_takes_nothing_from_the_next():
    assert data("a =\nb = 1") == {"a": "", "b": "1"}


def test_vector_22_keys_have_no_case_and_keep_their_spelling():
    made = read("Key.Up = 1")
    made.set("KEY.UP", "2")

    assert made.get("key.up") == "2"
    assert made.data() == {"Key.Up": "2"}


def test_vector_23_empty_file_and_no_final_newline():
    assert data("") == {}
    assert data("a = 1\r\nb =\r\n x,") == {"a": "1", "b": ["x"]}
    assert data("\ufeffa = 1") == {"a": "1"}


def test_vector_24_unknown_variables_stay():
    made = read("a = $(no)\nb = $(a-b)")

    assert (made.get("a"), made.get("b")) == ("$(no)", "$(a-b)")


def test_vector_25_a_stray_line_is_left_out():
    assert doubted("a = 1\n'linux64',     ,\n") == ({"a": "1"}, ["2"])


# Of the trickiest constructs of real files those that are only read; the others: test_hrd.py.


def test_construct_03_doubled_comma():
    assert read("p.1 =\n    ports:5544,,\n    prio:1,\n").get("p.1") == {
        "ports": "5544",
        "prio": "1",
    }


def test_construct_04_open_quote_and_a_tab_behind_the_comma():
    made = read("g.1 =\n    dest:'/opt/db/bin,\t\n    link:'True',\n")

    assert made.get("g.1") == {"dest": "/opt/db/bin", "link": "True"}
    assert made.warnings == ["service.hrd:2: a quote is opened and never closed"]


def test_construct_06_trailing_commas_at_column_zero_make_lists():
    made = read("smtp.login='',\nsmtp.port='25',\nsmtp.server='localhost',")

    assert made.data() == {
        "smtp.login": [""],
        "smtp.port": ["25"],
        "smtp.server": ["localhost"],
    }


def test_construct_07_lone_comma_is_an_empty_list():
    assert read("disk.used =,").get("disk.used") == []


def test_construct_08_pairs_of_ports_and_empty_keys_in_a_row():
    made = read("d.tcp = 80:80,443:443\nd.vols =\nd.more =\nd.url = 'http;//h/x'\n")

    assert made.data() == {
        "d.tcp": {"80": "80", "443": "443"},
        "d.vols": "",
        "d.more": "",
        "d.url": "http;//h/x",
    }


def test_construct_13_dashes_in_keys_and_dots_in_the_keys_of_dicts():
    made = read("dep.args.stats-d =\n    param.db.connection:'main',\n")

    assert made.get("dep.args.stats-d") == {"param.db.connection": "main"}


def test_lines_with_an_at_sign_are_skipped():
    assert data("@include x = 1\na = 1") == {"a": "1"}
    assert doubted("a =\n x\n @y\n") == ({"a": "x"}, ["3"])


def test_binary_blocks_are_bytes():
    text = "a = bqp\n=41=42C=\nD # x = 1\n#BINARYEND#########\nb = b\nü\n=41\n#BINARYEND#########\nc = 1"

    assert data(text) == {"a": b"ABCD # x = 1", "b": "ü\n=41".encode(), "c": "1"}


def test_bytes_that_were_no_utf_8_come_back():
    text = b"a = b\n\xff\x00\n#BINARYEND#########\n".decode(errors="surrogateescape")

    assert data(text) == {"a": b"\xff\x00"}


def test_bytes_that_no_file_can_hold_break_their_value_only():
    made = read("b = 1\na = b\n\ud800\n#BINARYEND#########\n")

    assert made.get("b") == "1"
    with pytest.raises(InputError, match=r"service\.hrd:2: a holds a character"):
        made.get("a")


def test_bare_b_is_a_value_when_no_binary_block_ends():
    assert data("a = b\nc = 1") == {"a": "b", "c": "1"}


def test_question_over_several_lines_is_one_text():
    text = "a = @ASK,\n  type:int,  # why\n  descr:'how, many'\nb = @ask,\n"

    assert data(text) == {"a": "@ASK type:int, descr:'how, many'", "b": "@ask"}


def test_entry_knows_its_lines_and_what_it_was_written_as():
    (one, two) = entries("# x\na = 'b' # y\nb =\n\n", source="", warnings=[])
    (block,) = entries("a =\n x, # y\n\n", source="", warnings=[])

    assert (one.raw, one.line, one.end) == ("'b'", 2, 2)
    assert (two.raw, two.line, two.end) == ("", 3, 3)
    assert (block.raw, block.line, block.end) == ("x,", 1, 2)


@given(st.text(alphabet="ab='\"[]:,#@ \t\n"))
def test_any_text_is_read_without_an_error(text):
    made = read(text)

    assert all(0 < entry.line <= entry.end <= text.count("\n") + 1 for entry in made.entries())


PIECES = [
    "[",
    "'",
    '"',
    "a:[",
    "x =\n",
    "a = b\n",
    " y,\n",
    "k =\n x,\n",
    "\\",
    "$(",
    "$(secret:",
    "@ask ",
]


@pytest.mark.parametrize("piece", PIECES)
def test_long_hostile_text_is_read_at_once(piece):
    assert read("a = " + piece * 100_000).exists("a")
    assert read("a = '" + piece * 100_000 + "'").exists("a")


EVERY_KIND = """
site.{n}.root   = /srv/site            # text
site.{n}.hosts  = alpha, 'b, c'
site.{n}.limits = cpu:2, mem:[1,2]
site.{n}.env    =
    PATH:'/bin:/usr/bin',
    # comment
    PORTS:[80,443],

site.{n}.motd   =
    first line
    second line
site.{n}.blob   = bqp
=41=42C
#BINARYEND#########
site.{n}.token  = @ASK type:password descr:'the token'
"""


def calls_for(n):
    """Count the calls, Python's and C's, that reading n times every kind of value takes."""
    text = "".join(EVERY_KIND.replace("{n}", str(at)) for at in range(n))
    counted = 0

    def count(_frame, event, _arg):
        nonlocal counted
        counted += event in {"call", "c_call"}

    former = sys.getprofile()
    sys.setprofile(count)
    try:
        read(text)
    finally:
        sys.setprofile(former)
    return counted


def test_work_grows_as_the_file_does():
    small, large = calls_for(50), calls_for(400)

    assert large < small * 8 * 1.05


def test_bytes_that_are_no_text_stay_in_a_binary_block_only():
    text = b"a = \xff\nb = b\n\xff\x00\n#BINARYEND#########\n".decode(errors="surrogateescape")

    assert read(text).data() == {"a": "\ufffd", "b": b"\xff\x00"}
