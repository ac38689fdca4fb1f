from cockpit.access.person import person
from cockpit.telegram.asked import Asked
from cockpit.telegram.pages import choice, question
from cockpit.telegram.talks import Talk
from cockpit.telegram.update import Origin

NAMES = [f"service{n}" for n in range(40)]


def asked(**fields):
    given = {
        "name": "service show",
        "origin": Origin(chat=42),
        "person": person("ann"),
        "talk": Talk("desk"),
        "event": "telegram-1-0",
    }
    return Asked(**(given | fields))


def test_options_are_buttons_that_complete_the_command():
    found = choice(asked(), "Which?", NAMES, more={"repo": "desk"})

    first = found.rows[0][0]
    assert (first.label, first.does) == ("service0", "service show")
    assert first.args == {"repo": "desk", "text": "service0"}
    assert [one.label for one in found.rows[-1]] == ["more »"]


def test_pages_are_turned_there_and_back():
    found = choice(asked(args={"page": 1}, is_button=True), "Which?", NAMES)

    assert found.rows[0][0].label == "service16"
    assert [one.label for one in found.rows[-1]] == ["« back", "more »"]
    assert [one.args["page"] for one in found.rows[-1]] == [0, 2]
    assert found.is_change


def test_long_options_have_a_row_each():
    assert [len(row) for row in choice(asked(), "Which?", ["x" * 30, "y"]).rows] == [1, 1]


def test_a_question_waits_for_the_next_text():
    found = question(asked(args={"a": 1}), "How many?", b=2)

    assert found.talk == Talk("desk", "service show", {"a": 1, "b": 2})
    assert "/cancel" in found.text.plain
