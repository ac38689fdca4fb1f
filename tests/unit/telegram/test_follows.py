import pytest

from builders import an_alarm
from cockpit import events
from cockpit.errors import OpsError
from cockpit.telegram.text import plain
from unit.telegram.conftest import ANN, MAX


def heard(chat, user=ANN):
    """What the chat heard of events, without the answers to commands."""
    return [text for text in chat.texts(user.id) if not text.startswith("This chat")]


def publish(chat, event):
    found = chat.robot.log.append(event).id
    chat.step()
    return found


def test_an_alarm_is_one_message_from_firing_to_resolved(chat):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing", msg="no answer"))
    chat.sent()
    publish(chat, an_alarm(status="firing", msg="still no answer"))
    assert chat.labels(MAX.id) == ["Acknowledge", "Silence 1 h", "Close"]
    publish(chat, an_alarm(status="resolved", msg="it answers"))

    (told,) = heard(chat, MAX)
    assert "resolved" in told
    assert "it answers" in told
    publish(chat, an_alarm(status="firing", msg="again"))
    assert len(heard(chat, MAX)) == 2


def test_what_became_of_an_alarm_elsewhere_is_told_in_its_message(chat):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing"))
    chat.sent()
    (alarm,) = chat.house.alarms.page().alarms
    chat.house.alarms.ack(alarm.id, "bob")
    chat.bot.follows.keep_up()

    (told,) = heard(chat, MAX)
    assert "bob has it" in told
    assert chat.labels(MAX.id) == ["Silence 1 h", "Close"]


def test_after_a_restart_it_goes_on_where_it_was(chat, monkeypatch):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing"))
    (alarm,) = chat.house.alarms.page().alarms
    chat.bot.follows.keep_up()
    chat.house.alarms.ack(alarm.id, "bob")
    with monkeypatch.context() as patch:
        patch.setattr(chat.house.alarms, "get", _broken)
        with pytest.raises(OpsError):
            chat.bot.follows.keep_up()
    chat.bot.follows.keep_up()

    assert "bob has it" in heard(chat, MAX)[0]


def test_a_chat_that_may_hear_no_more_keeps_the_message_that_it_has(chat):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing"))
    chat.directory.unlink("max")
    (alarm,) = chat.house.alarms.page().alarms
    chat.house.alarms.ack(alarm.id, "bob")
    chat.bot.follows.keep_up()

    assert "bob" not in heard(chat, MAX)[0]


def test_what_fires_while_it_is_silent_is_told_when_that_is_over(chat):
    chat.say("/follow alarm", MAX)
    for status in ("firing", "resolved"):
        publish(chat, an_alarm(status=status))
    (alarm,) = chat.house.alarms.page().alarms
    chat.house.alarms.silence(alarm.id, chat.now + 3600, "bob")
    publish(chat, an_alarm(status="firing"))
    assert len(heard(chat, MAX)) == 1
    chat.house.alarms.silence(alarm.id, 0, "bob")
    chat.step()

    assert len(heard(chat, MAX)) == 2


def test_one_that_moved_on_before_it_was_told_of_is_told_as_it_is(chat):
    chat.say("/follow alarm", MAX)
    for status in ("firing", "resolved", "firing"):
        chat.robot.log.append(an_alarm(status=status))
    chat.house.alarms.apply(chat.robot.log.after(["alarm"], 9, "0"))
    chat.step()
    publish(chat, an_alarm(status="resolved"))

    (told,) = heard(chat, MAX)
    assert "resolved" in told


@pytest.mark.parametrize(
    "statuses", [("firing", "resolved"), ("firing", "resolved") * 3, ("resolved",)]
)
def test_what_was_over_before_it_was_told_of_is_told_once(chat, statuses):
    chat.say("/follow alarm", MAX)
    for status in statuses:
        chat.robot.log.append(an_alarm(status=status))
    events_ = chat.robot.log.after(["alarm"], 9, "0")
    chat.house.alarms.apply(events_)
    chat.step()
    for event in events_:
        chat.bot.follows.tell(event)

    (told,) = heard(chat, MAX)
    assert "resolved" in told


def test_of_one_that_fired_again_unseen_the_old_message_is_over_and_the_new_one_has_buttons(chat):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing"))
    for status in ("resolved", "firing"):
        chat.robot.log.append(an_alarm(status=status))
    chat.house.alarms.apply(chat.robot.log.after(["alarm"], 9, "0"))
    chat.step()

    told = [one for one in chat.all(MAX.id) if one.id.startswith("follow:")]
    found = {"resolved" in one.text.plain: one.rows for one in told}
    assert len(heard(chat, MAX)) == 2
    assert (found[True], len(found[False][0])) == ([], 3)


def test_one_that_comes_again_after_its_end_says_nothing_more(chat):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing"))
    publish(chat, an_alarm(status="resolved"))
    chat.bot.follows.tell(chat.robot.log.newest(["alarm"], 1)[0])

    assert len(heard(chat, MAX)) == 1


def test_a_message_that_was_given_up_is_said_anew(chat):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing"))
    chat.sent()
    chat.outgoing.change(chat.all(MAX.id)[-1].id, plain("x"))
    chat.outgoing.settle(chat.outgoing.head(MAX.id), "dead", again_s=0)
    publish(chat, an_alarm(status="firing", msg="again"))

    assert any("again" in text for text in heard(chat, MAX))


@pytest.mark.parametrize("is_old", [True, False])
def test_what_is_old_or_comes_again_for_its_actions_is_no_news(chat, is_old):
    chat.say("/follow generic")
    if is_old:
        chat.now += 90_000
    publish(
        chat, events.Generic(args={"x": 1}, meta={} if is_old else {"replay_of": "generic-1-0"})
    )

    assert heard(chat) == []


def test_an_alarm_that_comes_again_as_it_was_changes_nothing(chat):
    chat.say("/follow alarm", MAX)
    publish(chat, an_alarm(status="firing"))
    version = chat.all(MAX.id)[-1].version
    publish(chat, an_alarm(status="firing"))

    assert chat.all(MAX.id)[-1].version == version


def _broken(_id):
    raise OpsError("Redis is away")


def test_what_was_told_of_is_told_to_its_end_whatever_the_expression(chat):
    chat.say('/follow alarm severity == "critical"')
    publish(chat, an_alarm(status="firing", severity="critical"))
    chat.sent()
    publish(chat, an_alarm(status="resolved", severity=""))
    publish(chat, an_alarm(status="firing", severity="warning"))

    (told,) = heard(chat)
    assert "resolved" in told


def test_only_what_the_expression_wants_is_told(chat):
    chat.say('/follow alarm severity == "critical"')
    publish(chat, an_alarm(status="firing", severity="warning"))
    publish(chat, an_alarm(status="firing", severity="critical", service="db!main"))

    (told,) = heard(chat)
    assert "db!main" in told


@pytest.mark.parametrize(
    "event",
    [
        events.Email(subject="disk full", body="/dev/sda is full"),
        events.Generic(args={"x": 1}),
        events.Telegram(io="input", action="dance"),
    ],
)
def test_each_type_can_be_followed(chat, event):
    chat.say(f"/follow {event.type}")
    found = publish(chat, event)
    chat.bot.desk._chat.follows.tell(chat.robot.log.get(found))

    told = [text for text in chat.texts() if found in text]
    assert len(told) == 1


def test_an_eco_that_comes_again_changes_its_message(chat):
    chat.say("/follow eco")
    eco = events.Eco(
        app_name="shop", error_msg="no disk", func_filename="a.py", line_nbr=3, epoch=9
    )
    for _ in range(10):
        chat.house.ledger.note(eco)
    chat.step()

    (told,) = heard(chat)
    assert "10 times" in told
    assert chat.labels() == ["Show", "Close"]


def test_an_eco_that_comes_again_after_it_was_closed_is_a_new_message(chat):
    chat.say("/follow eco")
    eco = events.Eco(
        app_name="shop", error_msg="no disk", func_filename="a.py", line_nbr=3, epoch=9
    )
    found = chat.house.ledger.note(eco)
    chat.step()
    chat.house.ledger.close(found.guid, "ann")
    chat.house.ledger.note(eco)
    chat.step()

    assert len(heard(chat)) == 2
    assert 0 < chat.pipe.call("TTL", f"cockpit:telegram:told:{ANN.id}:eco:{found.guid}") <= 86_400


def test_what_goes_out_is_not_followed_in_circles(chat):
    chat.say("/follow telegram", MAX)
    before = len(chat.texts(MAX.id))
    event = events.Telegram(io="output", action="message", args={"msg": "hi", "chat_id": ANN.id})
    publish(chat, event)

    assert len(chat.texts(MAX.id)) == before


def test_who_is_no_more_known_hears_nothing(chat):
    chat.say("/follow alarm", MAX)
    chat.directory.unlink("max")
    publish(chat, an_alarm(status="firing"))

    assert len(chat.texts(MAX.id)) == 1


def test_a_chat_follows_so_many_things_and_no_more(chat):
    for n in range(20):
        chat.say(f"/follow alarm event.service == '{n}'")

    assert "follows 20 things already" in chat.say("/follow eco")
