import pytest

from cockpit import events
from cockpit.rest.jobs import Listing
from cockpit.rest.payload import choices
from cockpit.robot import Outcome
from cockpit.robot.job import STATES, Try

ROBOT = "tester"


@pytest.fixture
def jobs(rooms, dispatch):
    """Two queued jobs of one event: their ids, the older first."""
    rooms.catalog.execute("desk")
    stored = rooms.log.append(events.example("alarm")).id
    dispatch()
    return [job.id for job in rooms.trail.why(stored).jobs]


def die(inboxes, error="boom"):
    """Run the next job to its death; its id."""
    inboxes.beat({ROBOT: b"{}"})
    (taken,) = inboxes.take(ROBOT, 1, ["desk"])
    fields = {"error": error, "output": "hm"}
    tried = Try(attempt=1, state="dead", ended_ms=1, error=error)
    inboxes.settle(ROBOT, taken, Outcome(state="dead", fields=fields, tried=tried))
    return taken.job


def test_the_list_shows_jobs_in_short(client, jobs):
    found = client.simulate_get("/jobs").json

    assert {each["id"] for each in found} == set(jobs)
    assert {each["action"] for each in found} == {"notify", "escalate"}
    assert all(
        {"id", "event", "service", "action", "state", "attempts"} <= set(each) for each in found
    )


def test_the_list_may_be_of_one_state(client, jobs, inboxes):
    dead = die(inboxes)
    found = client.simulate_get("/jobs", query_string="state=dead").json

    assert dead in jobs
    assert [(each["id"], each["state"]) for each in found] == [(dead, "dead")]


def test_the_list_may_be_of_one_repository(client, jobs, repos):
    (repos / "other").mkdir()
    (repos / "other" / ".ays").touch()
    counts = [
        len(client.simulate_get("/jobs", query_string=f"repo={repo}").json)
        for repo in ("desk", "other")
    ]

    assert counts == [len(jobs), 0]


def test_the_list_is_cut(client, jobs):
    assert len(jobs) == 2
    assert len(client.simulate_get("/jobs", query_string="limit=1").json) == 1


def test_an_unknown_state_is_refused(client):
    found = client.simulate_get("/jobs", query_string="state=lost")

    assert found.status_code == 400
    assert "state: 'lost'" in found.json["detail"]


def test_a_job_is_shown_whole(client, jobs, inboxes):
    dead = die(inboxes)
    found = client.simulate_get(f"/jobs/{dead}").json

    assert dead in jobs
    assert (found["state"], found["error"], found["output"]) == ("dead", "boom", "hm")
    assert [each["error"] for each in found["tries"]] == ["boom"]


@pytest.mark.usefixtures("jobs")
def test_a_dead_job_can_be_retried(client, inboxes):
    dead = die(inboxes)
    found = client.simulate_post(f"/jobs/{dead}/retry")

    assert (found.status_code, found.json["state"]) == (200, "queued")


def test_a_queued_job_can_be_dropped(client, jobs):
    found = client.simulate_delete(f"/jobs/{jobs[1]}")

    assert (found.status_code, found.json["state"]) == (200, "dropped")


def test_a_state_that_does_not_allow_it_is_refused(client, jobs):
    found = client.simulate_post(f"/jobs/{jobs[0]}/retry")

    assert found.status_code == 409
    assert "is queued" in found.json["detail"]


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/jobs/x"), ("DELETE", "/jobs/x"), ("POST", "/jobs/x/retry")]
)
def test_a_job_that_is_not_there_is_404(client, method, path):
    assert client.simulate_request(method, path).status_code == 404


def test_the_states_that_may_be_asked_for_are_those_that_there_are():
    assert choices(Listing, "state") == STATES
