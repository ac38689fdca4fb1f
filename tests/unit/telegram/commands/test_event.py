import pytest

from cockpit import events
from unit.telegram.conftest import ANN, BOB


def an_event(chat, subject="disk full"):
    return chat.robot.log.append(events.Email(subject=subject)).id


def test_events_are_listed_by_type_and_expression_and_shown(chat):
    first, second = an_event(chat), an_event(chat, "all is well")
    listed = chat.say("/event list email")
    assert listed.splitlines()[0].startswith(second)
    assert chat.say('/event list email event.subject == "disk full"').startswith(first)
    assert "subject: disk full" in chat.say(f"/event show {first}")
    assert chat.labels() == ["Why"]


def test_a_wrong_type_or_expression_is_told(chat):
    assert "mail is no type of event" in chat.say("/event list mail")
    assert chat.labels()[:2] == ["email", "telegram"]
    assert "where" in chat.say("/event list email )(").lower()


def test_why_tells_what_followed(chat):
    chat.say("/service execute fail desk!main", BOB)
    (order,) = (one for one in chat.robot.log.newest(["telegram"], 9) if one.action[:4] == "serv")
    chat.robot.work()

    told = chat.say(f"/why {order.id}")
    assert "desk!main: fail error" in told
    assert "because of telegram-" in told
    assert "no event email-1-0" in chat.say("/why email-1-0")


def test_what_was_given_up_is_listed_retried_and_dropped(chat):
    assert chat.say("/dead list") == "Nothing was given up."
    chat.say("/service execute fail desk!main")
    bury(chat)
    assert "desk!main: fail dead" in chat.say("/dead list")
    assert "is tried again" in chat.press("Retry desk!main fail")
    bury(chat)
    assert f"job {chat.robot.only_job().id}" in chat.say("/dead list")
    listed = chat.all(ANN.id)[-1].version
    assert "dropped" in chat.press("Drop")
    assert chat.all(ANN.id)[-2].version == listed


@pytest.mark.parametrize(("verb", "told"), [("retry", "is tried again"), ("drop", "dropped")])
def test_which_job_is_meant_is_asked(chat, verb, told):
    assert chat.say(f"/dead {verb}") == "Nothing was given up."
    chat.say("/service execute fail desk!main")
    bury(chat)
    assert chat.say(f"/dead {verb}") == "Which job?"

    assert told in chat.press("desk desk!main: fail")


def bury(chat):
    """Let a job fail until it is given up."""
    chat.robot.work()
    while chat.robot.only_job().state != "dead":
        chat.robot.let_retries_fall_due()
        chat.robot.work()
