import pytest

from cockpit.bus import Made
from cockpit.telegram.talks import Talk
from unit.telegram.conftest import ANN, BOB, MAX


@pytest.fixture
def ask(chat):
    """Ask people something; the question's id."""

    def ask(options=(), to=("max",)):
        return chat.house.questions.ask(
            Made("j1", "ask", len(chat.house.questions.newest(99))),
            service="desk/desk!main",
            who="oncall",
            to=list(to),
            text="Who takes it?",
            options=options,
            timeout_s=900,
        ).id

    return ask


def test_how_the_cockpit_is(chat):
    told = chat.say("/status", MAX)

    assert told.startswith("cockpit 1\n")
    assert "memory: 25%" in told
    assert "! a note" in told


def test_who_is_asked_hears_it_with_the_answers_as_buttons(chat, ask):
    question = ask(["Ann", "Bob"])
    chat.bot.notices.ask()
    chat.bot.notices.ask()
    assert chat.texts(MAX.id) == ["desk!main\nWho takes it?"]
    assert chat.labels(MAX.id) == ["Ann", "Bob"]

    assert "Bob by max" in chat.press("Bob", MAX)
    assert chat.house.questions.get(question).answer == "Bob"
    chat.bot.progress.round()
    assert chat.texts(MAX.id) == ["Who takes it?\nBob by max"]


def test_the_first_answer_wins_and_the_others_see_it(chat, ask):
    ask(["Yes", "No"], to=("max", "bob"))
    chat.bot.notices.ask()
    chat.press("Yes", MAX)

    assert "is answered 'Yes' by max already" in chat.press("No", BOB)
    chat.bot.progress.round()
    assert chat.texts(BOB.id)[0] == "Who takes it?\nYes by max"


def test_a_question_that_was_given_up_and_dropped_is_not_asked_again(chat, ask):
    ask(["Yes"])
    chat.bot.notices.ask()
    (message,) = chat.all(MAX.id)
    chat.outgoing.settle(chat.outgoing.head(MAX.id), "dead", again_s=0, error="blocked")
    chat.outgoing.drop(message.id)
    chat.bot.notices.ask()

    assert chat.all(MAX.id) == []


def test_a_question_waits_through_other_commands(chat, ask):
    question = ask()
    chat.bot.notices.ask()
    chat.say("/status", MAX)
    chat.say("/repo select desk", MAX)

    assert "I do by max" in chat.say("I do", MAX)
    assert chat.house.questions.get(question).by == "max"
    assert chat.bot.notices._talks.get(MAX.id, MAX.id) == Talk("desk")


def test_of_very_many_answers_some_are_written(chat, ask):
    question = ask([f"answer {n}" for n in range(150)])
    chat.bot.notices.ask()
    assert len(chat.labels(MAX.id)) == 90
    assert "or write one of 60 others: answer 90, " in chat.texts(MAX.id)[0]
    chat.say("answer 149", MAX)

    assert chat.house.questions.get(question).answer == "answer 149"


def test_another_question_that_is_answered_meanwhile_leaves_the_first_waiting(chat, ask):
    first = ask()
    chat.bot.notices.ask()
    ask(["Yes"])
    chat.bot.notices.ask()
    chat.press("Yes", MAX)
    chat.say("/question answer", MAX)

    chat.say("I do", MAX)
    assert chat.house.questions.get(first).answer == "I do"


def test_a_question_without_answers_to_choose_from_has_a_button_for_later(chat, ask):
    question = ask(to=("ann",))
    chat.bot.notices.ask()
    chat.say("/repo create")
    chat.say("fresh")
    chat.press("Answer")
    chat.say("I do")

    assert chat.house.questions.get(question).answer == "I do"


def test_of_a_question_that_is_gone_one_hears_once(chat, ask):
    question = ask()
    chat.bot.notices.ask()
    chat.pipe.call("DEL", f"cockpit:question:{question}")

    assert chat.say("I do", MAX) == f"there is no question {question}"
    assert chat.say("I do", MAX) == ""


def test_cancel_leaves_a_question(chat, ask):
    ask()
    chat.bot.notices.ask()
    assert chat.say("/cancel", MAX) == "Left."

    assert chat.say("I do", MAX) == ""


def test_an_answer_may_be_written_where_there_are_buttons(chat, ask):
    question = ask(["Yes", "No"])
    chat.bot.notices.ask()
    told = chat.say("Nope", MAX)
    assert told.startswith("answer: 'Nope' is no answer")
    assert told.endswith("/cancel to leave it.")
    assert "No by max" in chat.say("no", MAX)

    assert chat.house.questions.get(question).answer == "No"


def test_what_is_written_after_somebody_else_answered_is_told_so_once(chat, ask):
    question = ask(["Yes", "No"], to=("max", "bob"))
    chat.bot.notices.ask()
    chat.house.questions.answer(question, "Yes", by="bob")

    assert "answered 'Yes' by bob already" in chat.say("No", MAX)
    assert chat.say("No", MAX) == ""


def test_a_free_answer_is_whatever_is_written_next(chat, ask):
    question = ask()
    chat.bot.notices.ask()

    assert "I do by max" in chat.say("I do", MAX)
    assert chat.house.questions.get(question).answer == "I do"
    assert chat.say("thanks", MAX) == ""


def test_what_is_written_for_something_else_is_no_answer(chat, ask):
    chat.say("/repo create", ANN)
    question = ask(to=("ann",))
    chat.bot.notices.ask()
    assert "desk!main\nWho takes it?" in chat.texts()
    assert "Repository new is made" in chat.say("new", ANN)
    assert chat.house.questions.get(question).state == "waiting"

    chat.press("Answer", ANN)
    assert "I do by ann" in chat.say("I do", ANN)


def test_an_answer_may_be_given_with_the_id(chat, ask):
    question = ask(["Yes"], to=("max",))
    assert "max: Who takes it?" in chat.say("/question answer", MAX)
    assert chat.say(f"/question answer {question}", MAX) == "Who takes it?"

    assert "Yes by max" in chat.say(f"/question answer {question} yes", MAX)


def test_who_is_not_asked_answers_only_if_they_may_operate(chat, ask):
    question = ask(["Yes"], to=("bob", "max"))
    assert "bob, max: Who takes it?" in chat.say("/question list", MAX)
    chat.house.questions.asked(question, ["bob"])
    assert chat.say("/question list", MAX) == "Nobody is asked anything."
    chat.press("Who takes it?", MAX)
    assert "bob is asked" in chat.texts(MAX.id)[-1]
    chat.say("/question list", ANN)
    chat.press("Who takes it?", ANN)
    assert "Yes by ann" in chat.press("Yes", ANN)


def test_nobody_is_asked(chat):
    assert chat.say("/question list") == "Nobody is asked anything."
