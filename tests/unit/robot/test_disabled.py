import pytest

from builders import an_alarm
from cockpit.ays.service_files import Kept
from cockpit.robot import Runs, disabled
from cockpit.robot.member import States

TWO = "events.alarm = act, other\n"
ACTIONS = "def act(event): pass\n\ndef other(event): pass\n"
ACT = ("desk/desk!main", "act")


@pytest.fixture
def robot(bot):
    return bot(ACTIONS, TWO)


def by_hand(robot, state):
    Runs(robot.pipe, robot.catalog).set_state("desk", "desk!main", "act", state)


def by_an_action(robot, state):
    States(robot.pipe, "desk/desk!main").set("act", state)


def by_its_files(robot, state):
    record = robot.catalog.existing("desk")["desk!main"]
    robot.catalog.put("desk", {"desk!main": Kept(record, {"act": state})})


@pytest.mark.parametrize("write", [by_hand, by_an_action, by_its_files])
def test_a_disabled_action_is_not_called_by_events_until_it_is_enabled(robot, write):
    robot.publish(an_alarm())
    write(robot, "disabled")
    why = robot.trail.why(robot.publish(an_alarm()))

    assert disabled.read(robot.pipe) == {ACT}
    assert [job.action for job in why.jobs] == ["other"]
    (refused,) = why.refused
    assert (refused.repo, refused.line, refused.why) == ("desk", "desk!main", "act is disabled")
    write(robot, "new")
    assert disabled.read(robot.pipe) == set()
    why = robot.trail.why(robot.publish(an_alarm()))
    assert ([job.action for job in why.jobs], why.refused) == (["act", "other"], [])


def test_what_is_simulated_is_refused_too(robot):
    by_hand(robot, "disabled")
    found = robot.catalog.index().match(an_alarm())

    assert [one.action for one in found.matches] == ["other"]


def test_other_states_leave_the_index_of_subscriptions_alone(robot):
    before = robot.catalog.version()
    by_hand(robot, "ok")

    assert robot.catalog.version() == before


def test_a_service_that_is_gone_has_nothing_disabled(robot):
    by_hand(robot, "disabled")
    robot.catalog.delete("desk", "desk!main")

    assert disabled.read(robot.pipe) == set()
