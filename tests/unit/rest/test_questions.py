import pytest

from cockpit.access.person import person
from cockpit.bus import Made
from cockpit.rest.payload import choices
from cockpit.rest.questions import Listing
from cockpit.robot import QUESTION_STATES


@pytest.fixture
def question(rooms, pipe):
    pipe.call("HSET", "cockpit:job:j", "state", "running", "service", "desk/desk!main")
    return rooms.questions.ask(
        Made(job="j", kind="ask", n=1),
        service="desk/desk!main",
        who="ops",
        to=["ann"],
        text="Retry?",
        options=["Yes", "No"],
        timeout_s=60,
    ).id


def test_questions_are_listed_and_shown(client, question):
    (found,) = client.simulate_get("/questions").json

    assert (found["id"], found["text"], found["state"]) == (question, "Retry?", "waiting")
    assert client.simulate_get(f"/questions/{question}").json == found
    assert client.simulate_get("/questions", query_string="state=over").json == []


def test_an_answer_counts_once(client, question, rooms):
    rooms.directory.put(person("ann"))
    address = f"/questions/{question}/answer"
    first = client.simulate_post(address, json={"answer": "yes", "by": "ann"})
    second = client.simulate_post(address, json={"answer": "no"})

    assert (first.status_code, first.json["answer"], first.json["by"]) == (200, "Yes", "ann")
    assert (second.status_code, "already" in second.json["detail"]) == (409, True)


def test_a_stranger_answers_nothing(client, question):
    refused = client.simulate_post(
        f"/questions/{question}/answer", json={"answer": "yes", "by": "eve"}
    )

    assert (refused.status_code, "nobody called eve" in refused.json["detail"]) == (422, True)
    assert client.simulate_get(f"/questions/{question}").json["state"] == "waiting"


def test_what_is_no_state_is_refused(client):
    assert client.simulate_get("/questions", query_string="state=open").status_code == 400


@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("POST", "/answer")])
def test_no_question_is_404(client, method, rest):
    body = {"answer": "yes"} if rest else None

    assert client.simulate_request(method, f"/questions/x{rest}", json=body).status_code == 404


def test_the_states_that_may_be_asked_for_are_those_that_there_are():
    assert choices(Listing, "state") == QUESTION_STATES
