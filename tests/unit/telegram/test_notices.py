import pytest

from builders import an_alarm
from cockpit import events
from cockpit.access.person import person
from cockpit.bus import Made
from cockpit.eco.standing import identity
from unit.telegram.conftest import ANN, BOB, GROUP, MAX


def tell(chat, meta=None, action="message", **args):
    event = events.Telegram(io="output", action=action, args=args, meta=meta or {})
    found = chat.robot.log.append(event).id
    chat.step()
    return found


def fires(chat):
    """Let an alarm fire; its id."""
    alarm = chat.robot.log.get(chat.robot.log.append(an_alarm(status="firing")).id)
    chat.house.alarms.apply([alarm])
    return identity(alarm)


def test_a_message_goes_to_those_it_names(chat):
    chat.directory.put(person("bob", role="operate", groups=["ops"]))
    tell(chat, msg="to one", chat_id=ANN.id)
    tell(chat, msg="to a person", who="max", service="desk!main")
    tell(chat, msg="to a group", who="ops")
    tell(chat, message="to a name", to=["max"])

    assert chat.texts(ANN.id) == ["to one"]
    assert chat.texts(BOB.id) == ["to a group"]
    assert chat.texts(MAX.id) == ["desk!main\nto a person", "to a name"]


@pytest.mark.parametrize("args", [{}, {"chat_id": None}])
def test_the_event_itself_may_say_whom_it_is_for(chat, args):
    event = events.Telegram(io="output", action="message", args={"msg": "x"} | args, to=["ann"])
    chat.robot.log.append(event)
    chat.step()

    assert (chat.texts(ANN.id), chat.texts(BOB.id)) == (["x"], [])


def test_what_is_empty_beside_a_name_does_not_count(chat):
    tell(chat, msg="x", channel=None, chat_id=None, to=[], username="ann")

    assert (chat.texts(ANN.id), chat.texts(BOB.id)) == (["x"], [])


def test_without_a_name_everybody_hears_it_and_a_channel_by_its_name(chat):
    tell(chat, msg="to all")
    tell(chat, msg="to many", channel="news")

    assert [chat.texts(one.id) for one in (ANN, BOB, MAX)] == [["to all"]] * 3
    assert chat.texts("@news") == ["to many"]


def test_told_again_it_is_said_once(chat):
    event = chat.robot.log.get(tell(chat, msg="once", who="ann"))
    chat.bot.notices.tell(event)

    assert chat.texts() == ["once"]


def test_what_is_for_nobody_is_seen_in_its_trail(chat):
    (told,) = chat.house.trail.why(tell(chat, msg="x", who="opps")).made

    assert told.summary == "told nobody: they have no chat"


def test_a_channel_has_no_buttons(chat):
    tell(chat, {"alarm": "a1"}, msg="x", channel="news")

    assert chat.all("@news")[0].rows == []


@pytest.mark.parametrize(
    "args",
    [
        {"who": "nobody"},
        {"chat_id": "rubbish"},
        {"chat_id": "1e999"},
        {"to": []},
        {"to": ""},
        {"to": 5},
        {"to": None},
        {"channel": ""},
        {"who": [None, 5]},
        {"username": {"x": 1}},
    ],
)
def test_who_is_not_there_hears_nothing_and_nobody_else(chat, args):
    (told,) = chat.house.trail.why(tell(chat, msg="x", **args)).made

    assert told.summary == "told nobody: they have no chat"
    assert chat.outgoing.newest(9) == []


def test_a_message_to_a_person_counts_as_brought(chat):
    message = chat.robot.postman.send(
        Made("j1", "tell", 1), "ann", "hello", service="desk/desk!main"
    )
    assert message.state == "held"
    tell(chat, {"message": message.id}, msg="hello", to=["ann"])

    (found,) = chat.robot.messages.newest(9)
    assert (found.state, list(found.chats)) == ("mailed", ["ann"])


def test_the_fifth_equal_one_in_a_minute_is_a_counter_on_the_first(chat):
    alarm = fires(chat)
    for _ in range(7):
        tell(chat, {"alarm": alarm}, msg="error: no disk", who="ann")
    for n in range(7):
        tell(chat, msg=f"your code is {n}", who="ann")

    told, *others = chat.texts()
    assert told == "error: no disk\n(x 7 within a minute)"
    assert others == ["error: no disk"] * 3 + [f"your code is {n}" for n in range(7)]
    assert len(chat.all(ANN.id)[0].rows[0]) == 3


def test_one_that_is_told_again_is_no_repeat(chat):
    event = chat.robot.log.get(tell(chat, msg="no disk", who="ann"))
    for _ in range(5):
        chat.bot.notices.tell(event)

    assert chat.texts() == ["no disk"]


def test_of_an_alarm_and_of_a_dead_job_something_can_be_done(chat):
    alarm = fires(chat)
    tell(chat, {"alarm": alarm}, msg="alarm", who="ann")
    assert chat.labels() == ["Acknowledge", "Silence 1 h", "Close"]
    tell(chat, {"source": "robot", "job": "j1", "parent": "email-1-0"}, msg="dead", who="ann")
    assert chat.labels() == ["Retry", "Why", "Drop"]


def test_a_button_about_a_former_time_moves_nothing_now(chat):
    alarm = fires(chat)
    tell(chat, {"alarm": alarm}, msg="alarm", who="ann")
    for status in ("resolved", "firing"):
        chat.house.alarms.apply(
            [chat.robot.log.get(chat.robot.log.append(an_alarm(status=status)).id)]
        )

    assert "fires anew since" in chat.press("Acknowledge")
    assert chat.house.alarms.get(alarm).ack is None


def test_of_an_alarm_that_is_gone_nothing_can_be_done(chat):
    tell(chat, {"alarm": "abcdef"}, msg="alarm", who="ann")

    assert chat.labels() == []


def test_what_was_said_before_there_was_a_bot_is_not_said_now(chat):
    chat.now += 90_000
    (told,) = chat.house.trail.why(tell(chat, msg="old", who="ann")).made

    assert told.summary == "told nobody: it waited for more than a day"
    assert chat.texts() == []


def test_a_group_hears_only_where_it_is_allowed(chat):
    tell(chat, msg="x", chat_id=GROUP)
    tell(chat, msg="x", chat_id=-999)

    assert (chat.texts(GROUP), chat.texts(-999)) == (["x"], [])


def test_what_it_does_not_know_is_left_alone(chat):
    tell(chat, action="dance", message="x", key="q")

    assert chat.outgoing.newest(9) == []


def test_what_is_asked_without_a_question_that_waits_is_said(chat):
    tell(chat, action="service.communication", message="is it on?", key="q", who="ann")

    assert chat.texts(ANN.id) == ["is it on?"]
    assert chat.outgoing.newest(9, "dead") == []
