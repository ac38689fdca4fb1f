import pytest

from builders import an_alarm
from unit.telegram.conftest import BOB, MAX


@pytest.fixture
def alarm(chat):
    """An alarm that fires; its id."""
    given = an_alarm(status="firing", severity="critical", msg="no answer")
    event = chat.robot.log.append(given).id
    chat.house.alarms.apply([chat.robot.log.get(event)])
    (found,) = chat.house.alarms.page().alarms
    return found.id


def test_what_fires_is_listed_and_shown_with_what_can_be_done(chat, alarm):
    assert "web!main monitor firing · critical" in chat.say("/alarm list")
    assert "firing" in chat.press("web!main monitor")
    assert chat.labels() == ["Acknowledge", "Silence 1 h", "Close"]
    assert alarm[:8] in chat.say(f"/alarm show {alarm}")


def test_somebody_takes_it_by_a_button(chat, alarm):
    chat.say(f"/alarm show {alarm}", BOB)
    assert "bob has it" in chat.press("Acknowledge", BOB)
    assert chat.house.alarms.get(alarm).ack.by == "bob"
    assert chat.labels(BOB.id) == ["Silence 1 h", "Close"]


def test_it_is_silenced_for_a_time_that_is_chosen_or_written(chat, alarm):
    chat.say(f"/alarm silence {alarm}")
    assert "silent until" in chat.press("4h")
    silence = chat.house.alarms.get(alarm).silence
    assert (silence.by, silence.until) == ("ann", chat.now + 4 * 3600)
    assert "silent until" in chat.say(f"/alarm silence {alarm} 2d")


def test_it_is_resolved(chat, alarm):
    chat.say("/alarm resolve")
    assert "resolved" in chat.press(alarm)
    assert chat.say("/alarm list") == "Nothing fires."
    assert "is resolved already" in chat.say(f"/alarm resolve {alarm}")


@pytest.mark.parametrize("verb", ["ack", "silence", "resolve"])
def test_who_may_only_read_changes_nothing(chat, alarm, verb):
    assert "takes the role operate" in chat.say(f"/alarm {verb} {alarm} 1h", MAX)
    found = chat.house.alarms.get(alarm)
    assert (found.status, found.ack, found.silence) == ("firing", None, None)


def test_a_button_of_somebody_who_may_no_more_does_nothing(chat, alarm):
    chat.say(f"/alarm show {alarm}", BOB)
    chat.directory.put(chat.directory.get("bob").__class__(name="bob", role="read"))

    assert "takes the role operate" in chat.press("Acknowledge", BOB)
    assert chat.house.alarms.get(alarm).ack is None


def test_a_silence_that_never_ends_is_refused(chat, alarm):
    assert "within a year" in chat.say(f"/alarm silence {alarm} 999999999w")
    assert "firing" in chat.say("/alarm list")
