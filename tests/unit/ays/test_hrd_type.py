import pytest

from cockpit.ays.hrd_type import as_text, to_bool, to_dict, to_int, to_list, to_plain


@pytest.mark.parametrize(
    ("value", "made"),
    [("1", True), ("TRUE", True), ("'true'", True), (True, True), ("yes", False), ("", False)],
)
def test_one_and_true_are_true_and_nothing_else(value, made):
    assert to_bool(value) is made


@pytest.mark.parametrize(
    ("value", "made"), [("-5", -5), ("none", 0), ("None", 0), ("", 0), (7, 7), (True, 1)]
)
def test_whole_number_or_nothing_is_an_int(value, made):
    assert to_int(value) == made


@pytest.mark.parametrize(
    ("value", "made"),
    [("a, 'b',", ["a", "b"]), ('"a", "b"', ["a", "b"]), ("", []), (["x"], ["x"]), (7, [7])],
)
def test_text_is_a_list_of_its_pieces(value, made):
    assert to_list(value) == made


def test_dict_has_typed_entries_and_nothing_is_an_empty_one():
    value = {"i": "-1", "f": "1.5", "b": "True", "s": "x", "l": ["1"]}

    assert to_dict(value) == {"i": -1, "f": 1.5, "b": True, "s": "x", "l": ["1"]}
    assert to_dict("") == {}
    with pytest.raises(TypeError, match="not a dict"):
        to_dict("x")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("007", 7),
        (".5", 0.5),
        ("1.", 1.0),
        ("false", False),
        *((text, text) for text in ("12e4", "nan", "1_000", "", "9" * 5000, "\u0663")),
        (None, None),
    ],
)
def test_only_decimal_digits_are_numbers(text, made):
    assert to_plain(text) == made
    assert type(to_plain(text)) is type(made)


def test_everything_has_a_text():
    assert as_text(["x", "y"]) == "['x','y']"
    assert as_text("ü".encode()) == "ü"
    assert as_text(7) == "7"
    with pytest.raises(UnicodeDecodeError):
        as_text(b"\xff")
