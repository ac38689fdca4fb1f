import pytest

from cockpit.ays.hrd_question import Question, is_question, parse
from cockpit.errors import InputError


@pytest.mark.parametrize(
    ("value", "asks"),
    [
        ("@ASK type:int", True),
        ("@ask", True),
        ("http://@Ask descr:x", True),
        ("@ask, type:int", True),
        ("bob@ask.com", False),
        ("to bob@ask now", False),
        ("@asking", False),
        ("ask", False),
        (["@ask"], False),
        (b"@ask", False),
    ],
)
def test_question_is_a_text_with_the_word_ask(value, asks):
    assert is_question(value) is asks


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("@ASK", Question()),
        (
            "@ASK name:port type:INT descr:'which__port\\nof it' default:'80' retry:3",
            Question(name="port", type="int", descr="which port\nof it", default="80", retry=3),
        ),
        (
            "@ask minValue:1 maxValue:1.5 regex:'^a b$'",
            Question(min_value=1, max_value=1.5, regex="^a b$"),
        ),
        (
            "@ask type:dropdown, dropdownvals:'a, b'",
            Question(type="dropdown", choices=["a", "b"]),
        ),
        ('@ask default=9000 decr:"x y"', Question(default="9000", tags={"decr": "x y"})),
        ("@ask default:''", Question(default="")),
        ("@ask default:{{1+1}} {{x}} auto", Question(default="{{1+1}}", labels=["{{x}}", "auto"])),
        ("@ask default:'p://h:1/?m=d'", Question(default="p://h:1/?m=d")),
        ("@ask descr:can't", Question(descr="can't")),
    ],
)
def test_tags_are_read_and_what_is_unknown_is_kept(text, question):
    assert parse(text, where="x.hrd:1") == question


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("@ask retry:often", "retry of @ASK is a number, not 'often'"),
        ("@ask minValue:nan", "minValue of @ASK is a number, not 'nan'"),
        ("ask", "no @ASK in 'ask'"),
    ],
)
def test_question_that_makes_no_sense_is_named_by_its_place(text, why):
    with pytest.raises(InputError, match=f"^x.hrd:1: {why}"):
        parse(text, where="x.hrd:1")
