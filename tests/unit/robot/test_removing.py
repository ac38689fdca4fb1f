"""Services are removed unless somebody needs them."""

import pytest

from builders import Bot, a_repository, an_alarm
from cockpit.errors import InputError
from cockpit.robot import Outcome, Runs, Selection


@pytest.fixture
def desk(bot):
    return bot()


def test_service_that_others_need_is_not_deleted(tmp_path, pipe):
    templates = {"node": {"schema.hrd": ""}, "app": {"schema.hrd": "node = parent:node"}}
    a_repository(tmp_path, templates)
    catalog = Bot(pipe, tmp_path).execute().catalog

    with pytest.raises(InputError, match="node!main is needed by 1 services: app!main"):
        catalog.delete("desk", "node!main")
    catalog.delete("desk", "app!main")
    catalog.delete("desk", "node!main")
    assert catalog.records() == []
    assert pipe.call("KEYS", "cockpit:data:*") == []
    with pytest.raises(InputError, match="desk: there is no service app!main"):
        catalog.delete("desk", "app!main")


def test_service_with_jobs_is_deleted_once_they_are_done(desk):
    desk.log.append(an_alarm())
    desk.dispatch()

    with pytest.raises(InputError, match="1 jobs of desk!main run or wait"):
        desk.catalog.delete("desk", "desk!main")
    desk.work()
    desk.catalog.delete("desk", "desk!main")
    assert desk.catalog.services() == []


ASKS = "def act(service): return service.ask('ops', 'one?', timeout='1m')\n"
FAILS = "def act(): raise OSError('busy')\n"


@pytest.mark.parametrize(("actions", "state"), [(ASKS, "waiting"), (FAILS, "error")])
def test_service_whose_job_waits_for_an_answer_or_another_try_is_not_deleted(bot, actions, state):
    desk = bot(actions)
    desk.publish(an_alarm())
    job = desk.only_job()
    assert (job.state, desk.pipe.call("EXISTS", "cockpit:inbox:desk/desk!main")) == (state, 0)

    with pytest.raises(InputError, match=f"1 jobs of desk!main run or wait: {job.id}"):
        desk.catalog.delete("desk", "desk!main")
    desk.jobs.drop(job.id)
    desk.catalog.delete("desk", "desk!main")


def test_services_of_a_repository_go_with_their_jobs_and_data(bot):
    desk = bot(FAILS + "def install(): pass\n")
    desk.publish(an_alarm())
    job = desk.only_job()
    desk.pipe.call("HSET", "cockpit:state:desk/desk!main", "install", "ok")
    a_repository(desk.root, {"desk": {"actions.py": FAILS}}, name="desk2")
    desk.look()
    desk.execute("desk2")

    assert desk.catalog.clear("desk") == [job.id]
    assert desk.only_job().state == "dropped"
    assert [row.repo for row in desk.catalog.services()] == ["desk2"]
    assert desk.pipe.call("KEYS", "cockpit:*:desk/desk!main") == []
    assert desk.jobs.counts()["error"] == 0


def test_runs_of_a_repository_are_cancelled_and_what_runs_ends(bot):
    desk = bot("def install(): pass\n", blueprint="desk__a:\n\ndesk__b:\n")
    runs = Runs(desk.pipe, desk.catalog)
    run = runs.start("desk", "install", Selection())
    (taken,) = desk.take(1)

    assert len(desk.catalog.clear("desk")) == 1
    assert runs.get(run.id).state == "cancelling"
    desk.inboxes.settle("r1", taken, Outcome("ok"))
    assert runs.get(run.id).state == "cancelled"
    assert desk.pipe.call("KEYS", "cockpit:*:desk/desk!*") == []
