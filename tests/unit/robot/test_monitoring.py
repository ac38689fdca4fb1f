import pytest

from builders import an_alarm
from cockpit import events
from cockpit.bus import Log
from cockpit.eco.alarms import Alarms
from cockpit.errors import OpsError
from cockpit.robot import Monitoring, Outcome
from cockpit.robot.asking import MAX_HOPS
from cockpit.robot.job import Taken

FAILED = Outcome("error", {"error": "RuntimeError: no answer"})


@pytest.fixture
def alarms(pipe):
    return Alarms(pipe, Log(pipe))


@pytest.fixture
def monitoring(alarms):
    return Monitoring(alarms, clock=lambda: 9)


def a_taken(job="j1", *, action="monitor", raw=b""):
    return Taken(
        service="shop/web!main",
        job=job,
        fence=1,
        event="due-5",
        action=action,
        failures=0,
        raw=raw,
    )


def told(pipe):
    return Log(pipe).after(["alarm"], 99, "0")


def test_a_monitor_that_fails_raises_the_alarm_of_its_service(pipe, monitoring, alarms):
    monitoring.failed(a_taken(), FAILED)

    (alarm,) = told(pipe)
    assert (alarm.service, alarm.method, alarm.status) == ("web!main", "monitor", "firing")
    assert (alarm.msg, alarm.severity, alarm.epoch) == ("RuntimeError: no answer", "critical", 9)
    assert alarm.meta == {
        "source": "robot",
        "parent": "due-5",
        "job": "j1",
        "hops": 1,
        "repo": "shop",
    }
    assert alarms.page().alarms[0].status == "firing"


def test_only_changes_are_told(pipe, monitoring):
    monitoring.succeeded(a_taken("j0"))
    for job in ("j1", "j2"):
        monitoring.failed(a_taken(job), FAILED)
    for job in ("j3", "j4"):
        monitoring.succeeded(a_taken(job))
    monitoring.failed(a_taken("j5"), FAILED)

    assert [one.status for one in told(pipe)] == ["firing", "resolved", "firing"]


def test_the_same_attempt_is_told_once(pipe, monitoring, alarms):
    monitoring.failed(a_taken(), FAILED)
    alarms.resolve(alarms.page().alarms[0].id, "ann")
    monitoring.failed(a_taken(), FAILED)
    assert [one.status for one in told(pipe)] == ["firing", "resolved"]

    monitoring.failed(a_taken("j2"), FAILED)
    assert told(pipe)[-1].status == "firing"


def test_other_actions_watch_nothing(pipe, monitoring):
    monitoring.failed(a_taken(action="act"), FAILED)
    monitoring.succeeded(a_taken(action="act"))

    assert told(pipe) == []


def test_where_a_chain_is_cut_nothing_more_is_published(pipe, monitoring):
    raw = events.encode(an_alarm(meta={"hops": MAX_HOPS + 1}))
    monitoring.failed(a_taken(raw=raw), FAILED)
    monitoring.succeeded(a_taken(raw=raw))

    assert told(pipe) == []


def test_without_redis_a_success_stays_one(pipe, monitoring):
    def away():
        raise OpsError("away")

    monitoring.failed(a_taken(), FAILED)
    Monitoring(Alarms(pipe, Log(pipe, admit=away))).succeeded(a_taken("j2"))

    assert len(told(pipe)) == 1
