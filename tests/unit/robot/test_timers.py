import gevent
import pytest
from gevent.queue import Queue

from builders import an_alarm
from cockpit.bus import Pipe, Pressure, Retention
from cockpit.errors import OpsError
from cockpit.robot import Inboxes, Outcome, Timers
from cockpit.robot.job import Try

WAIT_S = 20
WAITS = Outcome("error", delay_s=60, tried=Try(1, "error", 1))


@pytest.fixture
def told():
    return Queue()


@pytest.fixture
def timers(told):
    """Build timers over one connection, with a retention that trims what is old at once."""
    made = []

    def build(pipe, *, inboxes=None, keep_s=10**7, on_change=None):
        found = Timers(
            inboxes or Inboxes(pipe),
            pressure=Pressure(pipe, on_change=on_change or (lambda *_: None)),
            lapse=lambda: None,
            rounds=(lambda: None,),
            trims=[Retention(pipe, keep_s=keep_s, max_bytes=2**40, forget=told.put).trim],
            on_due=told.put,
            report=told.put,
        )
        made.append(found)
        found.start()
        return found

    yield build
    for one in made:
        one.stop()


def a_waiting_job(robot):
    """A job that failed and whose time has come."""
    robot.log.append(an_alarm())
    robot.dispatch()
    (taken,) = robot.take(1)
    robot.inboxes.settle(robot.name, taken, WAITS)
    robot.pipe.call("ZADD", "cockpit:retry", 1, taken.job)
    return taken


def test_a_retry_that_falls_due_is_queued_and_told(bot, timers, told):
    robot = bot()
    taken = a_waiting_job(robot)
    timers(robot.pipe)

    assert told.get(timeout=WAIT_S).retried == 1
    assert robot.jobs.get(taken.job).state == "queued"


def test_the_jobs_of_an_ended_lease_are_told(bot, timers, told):
    robot = bot()
    robot.log.append(an_alarm())
    robot.dispatch()
    (taken,) = robot.take(1)
    robot.pipe.call("ZADD", "cockpit:robots", 1, "r1")
    timers(robot.pipe)

    assert told.get(timeout=WAIT_S).lost == [f"r1 {taken.service} {taken.job}"]


def test_any_number_may_run_and_each_step_is_done_once(bot, timers, told):
    robot = bot()
    a_waiting_job(robot)
    every = [timers(robot.pipe) for _ in range(3)]
    first = told.get(timeout=WAIT_S)
    for one in every:
        one.stop()

    assert first.retried == 1
    assert told.empty()


def test_memory_is_measured(pipe, timers, told):
    used = int(pipe.call("INFO", "memory").split(b"used_memory:")[1].split()[0])
    pipe.call("CONFIG", "SET", "maxmemory", int(used / 0.9))
    try:
        timers(pipe, on_change=lambda closed, _: told.put(closed))

        assert told.get(timeout=WAIT_S) is True
    finally:
        pipe.call("CONFIG", "SET", "maxmemory", 0)


def test_what_is_old_is_trimmed(bot, timers, told):
    robot = bot(hrd="")
    robot.log.append(an_alarm(), refs=["mail/a"])
    robot.dispatch()
    timers(robot.pipe, keep_s=-100)

    assert told.get(timeout=WAIT_S) == "mail/a"
    assert robot.log.counts()["alarm"] == 0


def test_without_redis_they_wait_and_tell_nobody(tmp_path, timers, told):
    found = timers(Pipe(f"unix://{tmp_path}/none"))
    gevent.idle()
    found.stop()

    assert told.empty()


class Odd(Inboxes):
    """Its first answers are no good."""

    def __init__(self, pipe, *errors):
        super().__init__(pipe)
        self.errors = list(errors)

    def due(self, limit=500):
        if self.errors:
            raise self.errors.pop(0)
        return super().due(limit)


def test_a_bug_is_told_and_redis_being_away_is_not_and_they_go_on(bot, timers, told):
    robot = bot()
    a_waiting_job(robot)
    timers(robot.pipe, inboxes=Odd(robot.pipe, OpsError("away"), KeyError("bug")))

    assert isinstance(told.get(timeout=WAIT_S), KeyError)
    assert told.get(timeout=WAIT_S).retried == 1


def test_one_that_stopped_does_nothing_more(bot, timers, told):
    robot = bot()
    taken = a_waiting_job(robot)
    timers(robot.pipe).stop()

    assert robot.jobs.get(taken.job).state == "error"
    assert told.empty()
