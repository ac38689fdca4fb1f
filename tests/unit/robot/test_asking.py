import pytest

from builders import an_alarm
from cockpit.access.person import person
from cockpit.events import Generic
from cockpit.robot.asking import hops_of

ACTIONS = """\
def act(service):
    answer = service.ask("ann", "Who?", default="none")
    return [answer, service.answered_by]


def look(service):
    return service.person("ann").mail
"""


@pytest.fixture
def robot(bot):
    found = bot(ACTIONS, "events.alarm = act\nevents.generic = look\n")
    found.directory.put(person("ann", mail="ann@there"))
    return found


def test_an_action_learns_who_answered(robot):
    robot.publish(an_alarm())
    (question,) = robot.questions.newest(9)
    robot.questions.answer(question.id, "me", by="ann")
    robot.work()

    assert robot.only_job().result == ["me", "ann"]


def test_when_nobody_answers_nobody_did(robot):
    robot.publish(an_alarm())
    robot.seconds += 10_000
    robot.questions.lapse(10**9)
    robot.work()

    assert robot.only_job().result == ["none", ""]


def test_the_event_for_the_doors_names_the_message(robot):
    robot.publish(an_alarm())

    (asked,) = robot.log.newest(["telegram"], 9)
    (message,) = robot.messages.newest(9)
    assert (asked.action, asked.meta["message"]) == ("service.communication", message.id)


def test_people_are_looked_up_by_name(robot):
    robot.publish(Generic())

    assert robot.only_job().result == "ann@there"


@pytest.mark.parametrize(("hops", "found"), [(3, 3), ("many", 0), (None, 0)])
def test_how_far_an_event_is_from_outside(hops, found):
    assert hops_of(Generic(meta={"hops": hops})) == found


@pytest.mark.parametrize("options", [[""], ["Yes", " "]])
def test_an_option_that_nobody_could_choose_is_refused(bot, options):
    robot = bot(
        f"def act(service):\n    service.ask('ann', 'Who?', {options!r})\n", "events.alarm = act\n"
    )
    robot.publish(an_alarm())

    assert "an option is blank" in robot.only_job().error
    assert robot.questions.newest(9) == []
