import pytest

from builders import an_alarm
from cockpit.robot import Losses

ACT = "def act(event, service):\n    return 1\n"


@pytest.fixture
def robot(bot):
    found = bot(hrd="events.alarm = act\nretries.act = 1\n")
    found.log.append(an_alarm())
    found.dispatch()
    return found


@pytest.fixture
def losses(robot):
    return Losses(robot.inboxes, robot.jobs, robot.runner)


def take(robot, **options):
    robot.beat()
    (taken,) = robot.take(**options)
    return taken


def test_a_death_in_company_costs_no_failure(robot, losses):
    taken = take(robot)

    assert losses.shared("r1", "its process died") == [f"{taken.service} {taken.job}"]
    found = robot.only_job()
    assert (found.state, found.lost, found.attempts) == ("queued", 1, 1)
    assert robot.jobs.failures(taken.job) == 0
    assert robot.failed == []


def test_a_death_alone_is_the_jobs_own_fault_and_in_the_end_kills_it(robot, losses):
    for _ in range(2):
        take(robot)
        losses.shared("r1", "its process died")
    seen = []
    for _ in range(2):
        taken = take(robot, alone=True)
        assert losses.alone("r1", "killed") == [f"{taken.service} {taken.job}"]
        seen.append(robot.only_job().state)
        robot.let_retries_fall_due()

    assert seen == ["error", "dead"]
    assert robot.only_job().error == "RuntimeError: killed"
    assert [(outcome.state, str(error)) for _, error, outcome in robot.failed] == [
        ("error", "killed"),
        ("dead", "killed"),
    ]
    assert robot.inboxes.working("r1") == []
    robot.beat()
    assert robot.take() == robot.take(alone=True) == []


def test_the_culprit_of_a_death_in_company_has_failed_and_the_others_are_lost(bot):
    robot = bot(hrd="events.alarm = act\nretries.act = 0\n", blueprint="desk__a:\ndesk__b:\n")
    robot.log.append(an_alarm())
    robot.dispatch()
    robot.beat()
    culprit, other = robot.take()
    losses = Losses(robot.inboxes, robot.jobs, robot.runner)

    told = losses.shared("r1", "killed", culprit.job)

    assert told == [f"{one.service} {one.job}" for one in (culprit, other)]
    assert [(job.state, job.lost) for job in map(robot.jobs.get, (culprit.job, other.job))] == [
        ("dead", 0),
        ("queued", 1),
    ]


def test_an_attempt_over_its_time_out_is_told(bot):
    robot = bot(hrd="events.alarm = act\ntimeout.act = 2s\n")
    robot.log.append(an_alarm())
    robot.dispatch()
    take(robot)
    began = robot.only_job().started
    now = [began + 6.9]
    losses = Losses(robot.inboxes, robot.jobs, robot.runner, clock=lambda: now[0])

    assert losses.overrun("r1") == losses.overrun("r9") == {}
    now[0] = began + 7.1
    assert losses.overrun("r1") == {
        robot.only_job().id: "desk/desk!main act took longer than 2 s and would not stop"
    }


def test_a_robot_that_ran_nothing_loses_nothing(losses):
    assert losses.alone("r9", "killed") == losses.shared("r9", "killed") == []
