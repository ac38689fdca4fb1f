import pytest

from cockpit.bus import Made
from cockpit.errors import InputError
from cockpit.robot import Questions


@pytest.fixture
def clock():
    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def questions(pipe, clock):
    return Questions(pipe, clock=clock)


@pytest.fixture
def ask(questions, pipe):
    def ask(job="0123456789abcdef", n=1, options=("Yes", "No"), text="Retry?"):
        pipe.call("HSET", f"cockpit:job:{job}", "state", "running", "service", "desk/desk!main")
        return questions.ask(
            Made(job=job, kind="ask", n=n),
            service="desk/desk!main",
            who="ops",
            to=["ann"],
            text=text,
            options=options,
            timeout_s=60,
        )

    return ask


def test_a_question_is_stored_with_everything_about_it(ask, questions):
    found = ask()

    assert questions.get(found.id) == found
    assert (found.repo, found.service, found.job) == ("desk", "desk!main", "0123456789abcdef")
    assert (found.to, found.asked, found.due, found.state) == (["ann"], 1000, 1060, "waiting")


def test_the_same_call_of_a_job_asks_once(ask, clock):
    first = ask()
    clock.now += 5

    assert ask(text="again?") == first
    assert ask(n=2).id != first.id


@pytest.mark.parametrize("answer", ["No", "no", " NO ", "2"])
def test_an_option_is_chosen_by_text_or_number(ask, questions, answer):
    found = questions.answer(ask().id, answer, by="ann")

    assert (found.state, found.answer, found.by) == ("answered", "No", "ann")


def test_without_options_any_text_is_an_answer(ask, questions):
    assert questions.answer(ask(options=()).id, "later, maybe").answer == "later, maybe"


@pytest.mark.parametrize(
    ("answer", "message"),
    [("Noo", r"'Noo' is no answer \(did you mean No\?\)"), ("3", "is no answer"), (" ", "empty")],
)
def test_what_is_no_answer_is_refused(ask, questions, answer, message):
    with pytest.raises(InputError, match=message):
        questions.answer(ask().id, answer)


def test_the_first_answer_counts(ask, questions):
    found = ask()
    questions.answer(found.id, "Yes", by="ann")

    with pytest.raises(InputError, match="answered 'Yes' by ann already"):
        questions.answer(found.id, "No", by="bob")


def test_an_answer_comes_too_late_once_the_time_is_over(ask, questions, clock):
    found = ask()
    clock.now += 60

    assert questions.lapse(3600) == 1
    with pytest.raises(InputError, match="is over already"):
        questions.answer(found.id, "Yes")


def test_old_questions_go_unless_they_wait(ask, questions, clock):
    questions.answer(ask().id, "Yes")
    ask(n=2)
    clock.now += 50
    questions.lapse(10)

    assert [one.state for one in questions.newest(10)] == ["waiting"]


def test_questions_are_listed_newest_first(ask, questions, clock):
    first = ask()
    clock.now += 1
    second = ask(n=2)
    questions.answer(first.id, "Yes")

    assert [one.id for one in questions.newest(10)] == [second.id, first.id]
    assert [one.id for one in questions.newest(1)] == [second.id]
    assert [one.id for one in questions.newest(10, "waiting")] == [second.id]


def test_no_question_is_an_input_error(questions):
    with pytest.raises(InputError, match="there is no question x"):
        questions.answer("x", "Yes")
