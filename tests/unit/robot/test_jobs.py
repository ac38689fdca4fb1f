import pytest

from builders import an_alarm
from cockpit.errors import InputError
from cockpit.robot import Outcome

FAILS = "def act(event, service):\n    service.tell('ann', 'hello')\n    raise RuntimeError('no')\n"


def test_a_job_shows_its_whole_life(bot):
    robot = bot(FAILS)
    event_id = robot.publish(an_alarm())
    job = robot.only_job()

    assert (job.event, job.repo, job.service, job.action) == (event_id, "desk", "desk!main", "act")
    assert (job.state, job.attempts, job.robot) == ("error", 1, "r1")
    assert job.error == "RuntimeError: no"
    assert "actions.py" in job.traceback
    assert [(made.kind, made.id.split("-")[0]) for made in job.made] == [("tell", "telegram")]
    assert [(tried.attempt, tried.state) for tried in job.tries] == [(1, "error")]
    assert 0 < job.queued <= job.started <= job.ended < job.next_epoch


def test_lists_are_short_and_newest_first(bot):
    robot = bot(FAILS)
    made = []
    for _ in range(3):
        made.append(robot.publish(an_alarm()))
        robot.let_retries_fall_due()
    short = robot.jobs.newest(2)

    assert {job.event for job in short} <= set(made)
    assert len(short) == 2
    assert [(job.traceback, job.tries, job.made) for job in short] == [("", [], [])] * 2


def test_the_newest_stand_first(bot):
    robot = bot()
    made = [robot.publish(an_alarm()) for _ in range(3)]
    for place, event_id in enumerate(made):
        (job,) = robot.trail.why(event_id).jobs
        robot.pipe.call("ZADD", "cockpit:jobs", place + 1, job.id)

    assert [job.event for job in robot.jobs.newest(2)] == made[:0:-1]


def test_a_state_is_found_behind_many_others(bot):
    robot = bot()
    for _ in range(250):
        robot.log.append(an_alarm())
    robot.dispatch()
    (taken,) = robot.take(1)
    robot.inboxes.settle("r1", taken, Outcome("ok"))
    robot.pipe.call("ZADD", "cockpit:jobs", 1, taken.job)

    assert [job.id for job in robot.jobs.newest(5, "ok")] == [taken.job]
    assert len(robot.jobs.newest(999, "queued")) == 249
    assert robot.jobs.newest(5, "error") == []


def test_dead_jobs_are_listed_by_when_they_died(bot):
    robot = bot(FAILS, "events.alarm = act\nretries.act = 0\n")
    robot.publish(an_alarm())

    assert [job.state for job in robot.jobs.newest(5, "dead")] == ["dead"]
    assert robot.jobs.counts()["dead"] == 1


def test_an_unknown_state_is_named_with_those_there_are(bot):
    with pytest.raises(InputError, match=r"'sleeping' is none of queued, running, waiting, ok"):
        bot().jobs.newest(5, "sleeping")


def test_no_job_is_an_input_error(bot):
    robot = bot()
    for act in (robot.jobs.get, robot.jobs.retry, robot.jobs.drop):
        with pytest.raises(InputError, match="no job none"):
            act("none")

    assert robot.jobs.find(["none"]) == []


def test_a_retried_job_is_queued_and_a_dropped_one_dropped(bot):
    robot = bot(FAILS)
    robot.publish(an_alarm())
    job = robot.only_job().id

    assert robot.jobs.failures(job) == 1
    assert robot.jobs.retry(job).state == "queued"
    assert robot.jobs.failures(job) == 0
    assert robot.jobs.drop(job).state == "dropped"
    with pytest.raises(InputError, match=f"job {job} is dropped: only error, dead can be retried"):
        robot.jobs.retry(job)
    with pytest.raises(InputError, match="only queued, waiting, error, dead can be dropped"):
        robot.jobs.drop(job)
