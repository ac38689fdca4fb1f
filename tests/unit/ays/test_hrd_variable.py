import pytest

from cockpit.ays import hrd
from cockpit.ays.hrd_reader import Entry
from cockpit.ays.hrd_variable import expand, expand_text, where
from cockpit.errors import InputError


def value_of(key, text, secret=None):
    found = hrd.parse(text, source="x.hrd")
    by_key = {entry.key.lower(): entry for entry in found.entries()}
    entry = by_key[key]

    return expand(entry, lambda name: by_key.get(name.lower()), source="x.hrd", secret=secret)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a = $(b)/x\nb = 1", "1/x"),
        ("a = $(b)$(B)\nb = $(c)\nc = 2", "22"),
        ("a = $(no)-$(a-b)-$()\nb = 1", "$(no)-$(a-b)-$()"),
        ("a = p, '$(b)'\nb = 1", ["p", "1"]),
        ("a = k:$(b), l:[$(b),$(b)]\nb = 1", {"k": "1", "l": ["1", "1"]}),
        ("a = $(b)\nb = http://h:80", "http://h:80"),
        ("a = $(b)/$(c)\nb = http://$(c):80\nc = h", "http://h:80/h"),
        ("a = $(b)\nb = p, q", "['p','q']"),
        ("a = $(b)(c)\nb = $\nc = 1", "$(c)"),
        ("a = 'it: $(b)'\nb = it\\{27}s", "it: it\\{27}s"),
        ("a = $(b)\nb = b\n$(c)\nc = 1", "b"),
    ],
)
def test_variable_stands_for_the_text_of_its_key(text, value):
    assert value_of("a", text) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = $(a)", "x.hrd:1 a → x.hrd:1 a"),
        ("a = $(b)\n\nb = $(C)\nC = p, $(B)", "x.hrd:3 b → x.hrd:4 C → x.hrd:3 b"),
    ],
)
def test_circle_is_told_by_each_of_its_steps(text, told):
    with pytest.raises(InputError) as error:
        value_of("a", text)

    assert str(error.value).endswith(f": the variables run in a circle: {told}")


def test_two_ways_to_one_key_are_no_circle():
    assert value_of("a", "a = $(b)$(c)\nb = $(d)\nc = $(d)\nd = 1") == "11"


def test_secret_is_asked_for_by_its_name():
    text = "a = u:p@$(secret:my-db.1), q\nb = $(secret:x)\nc = $(b)"

    assert value_of("b", text, secret=str.upper) == "X"
    assert value_of("c", text, secret=str.upper) == "X"
    assert value_of("b", text) == "$(secret:x)"


def test_secret_that_looks_like_a_variable_is_text():
    assert value_of("a", "a = $(secret:x)\nb = 1", secret=lambda _: "$(b)") == "$(b)"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a = $(b)\nb = k:v, x", r"^x\.hrd:2: 'x' has no ':'"),
        ("a = $(b)\nb = bqp\n=41\n#BINARYEND###", r"^x\.hrd:2: b is binary"),
    ],
)
def test_value_that_is_no_text_cannot_stand_in_one(text, why):
    with pytest.raises(InputError, match=why):
        value_of("a", text)


def test_literal_value_holds_no_variables():
    literal = Entry("a", "$(b)", "$(b)", is_literal=True)
    outer = Entry("c", "<$(a)>", "<$(a)>")
    by_key = {"a": literal, "b": Entry("b", "1", "1")}

    assert expand(literal, by_key.get, source="") == "$(b)"
    assert expand(outer, by_key.get, source="") == "<$(b)>"


def test_text_of_a_dict_is_as_it_was_written():
    entry = Entry("u", {"http": "//$(h)/"}, "http://$(h)/")
    host = Entry("h", "x", "x")

    assert expand_text(entry, {"h": host}.get, source="") == "http://x/"


def test_long_row_of_variables_is_followed_to_its_end():
    rows = "".join(f"k{n} = $(k{n + 1})\n" for n in range(20_000))

    assert value_of("k0", f"{rows}k20000 = end") == "end"


def test_each_key_is_worked_out_once():
    rows = "".join(f"k{n} = $(k{n + 1})$(k{n + 1})\n" for n in range(200))

    assert value_of("k0", f"{rows}k200 =") == ""


def test_text_that_grows_beyond_measure_is_refused():
    rows = "".join(f"k{n} = $(k{n + 1})$(k{n + 1})\n" for n in range(60))
    with pytest.raises(InputError, match="over 16 MiB"):
        value_of("k0", f"{rows}k60 = x")


def test_place_has_a_line_when_there_is_one():
    assert where("x.hrd", Entry("a", "", "", 3)) == "x.hrd:3"
    assert where("x.hrd", Entry("a", "", "")) == "x.hrd"
    assert where("", Entry("a", "", "")) == "hrd"
