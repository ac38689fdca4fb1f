import pytest

from cockpit.errors import InputError
from JumpScale import j

lists = j.data.types.list


def test_a_list_and_a_tuple_are_lists():
    assert lists.check([])
    assert lists.check((1,))
    assert not lists.check("a, b")
    assert not lists.check({"a"})


@pytest.mark.parametrize(
    ("given", "ttype", "found"),
    [
        ("a, b,c", "str", ["a", "b", "c"]),
        ("", "str", []),
        ("[1, 2]", "int", [1, 2]),
        ([1, "2"], "str", ["1", "2"]),
        (("1", 2), "int", [1, 2]),
        ("1.5,2", "float", [1.5, 2.0]),
    ],
)
def test_items_are_read_as_their_type(given, ttype, found):
    assert lists.fromString(given, ttype) == lists.clean(given, ttype) == found


@pytest.mark.parametrize(
    ("given", "ttype", "why"),
    [
        ("a", "int", "invalid literal"),
        (3, "str", "3 is no list"),
        ("a", "date", "'date' is no type of items"),
    ],
)
def test_what_cannot_be_read_is_refused(given, ttype, why):
    with pytest.raises(InputError, match=why):
        lists.fromString(given, ttype)


def test_the_text_of_a_list_reads_as_the_list():
    assert lists.toString([1, 2]) == "1, 2"
    assert lists.fromString(lists.toString(["a", "b"])) == ["a", "b"]


def test_each_default_is_a_new_list():
    lists.get_default().append(1)

    assert lists.get_default() == []
