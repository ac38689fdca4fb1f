import pytest

QUESTION = {
    "id": "q1",
    "state": "waiting",
    "repo": "desk",
    "service": "web!main",
    "job": "j1",
    "who": "oncall",
    "text": "Retry?",
    "to": ["ann"],
    "options": ["Yes", "No"],
    "asked": 1795456059.0,
    "due": 1795456959.0,
    "ended": 0,
    "answer": "",
    "by": "",
}


@pytest.mark.parametrize("words", [(), ("list", "--state", "waiting")])
def test_the_group_lists(server, run, words):
    server.on("GET /questions", [QUESTION])

    assert "oncall  ann     web!main  Retry?    Yes, No  waiting" in run("question", *words).out


def test_a_question_is_shown_with_its_answers(server, run):
    server.on("GET /questions/q1", QUESTION)
    out = run("question", "show", "q1").out

    assert out.splitlines()[0] == "Retry?  waiting"
    assert "  2. No\n" in out
    assert "asked of oncall (ann)" in out


def test_an_answer_says_what_follows(server, run):
    done = QUESTION | {"state": "answered", "answer": "Yes", "by": "ann"}
    server.on("POST /questions/q1/answer", done).on("GET /questions/q1", done)

    assert run("question", "answer", "q1", "1", "--by", "ann").out == "web!main goes on with Yes\n"
    assert server.asked[0].fields == {"answer": "1", "by": "ann"}
    assert "ann answered: Yes" in run("question", "show", "q1").out
