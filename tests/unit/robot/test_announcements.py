import pytest

from builders import an_alarm
from cockpit.access.directory import Directory
from cockpit.access.person import person
from cockpit.bus import Log, Made, Outbox
from cockpit.eco.standing import Rules, heard
from cockpit.robot import Announcements, Messages, Postman, Questions

MADE = Made("alarm:1", "level", 1)


@pytest.fixture
def announcements(pipe):
    told = (Messages(pipe), Questions(pipe), Directory(pipe), Outbox(pipe))
    postman = Postman(*told, sender="cockpit@here", hostname="here")
    return Announcements(Log(pipe), postman, clock=lambda: 9)


def chat(pipe):
    return Log(pipe).after(["telegram"], 9, "0")


def test_people_get_a_mail_and_the_chat_an_event_once(pipe, announcements):
    Directory(pipe).put(person("ann", mail="ann@there", groups=["oncall"]))
    for _ in range(2):
        meta = {"source": "robot"}
        to = announcements.announce(MADE, "oncall", "down", service="shop/web!a", meta=meta)

    assert to == ["ann"]
    (mail,) = Outbox(pipe).newest(9)
    assert (mail.to, mail.subject) == (["ann@there"], "down")
    (event,) = chat(pipe)
    assert (event.io, event.action, event.epoch) == ("output", "message", 9)
    assert event.args == {"who": "oncall", "to": ["ann"], "msg": "down", "service": "web!a"}
    assert event.meta["source"] == "robot"


def test_an_alarm_is_told_with_what_leads_back_to_it(pipe, announcements):
    alarm = heard(None, an_alarm(id="alarm-1-0", meta={"repo": "shop"}), 9, Rules())

    assert announcements.tell(alarm, MADE, "nobody", "down") == []
    assert chat(pipe)[0].meta["alarm"] == alarm.id
    assert chat(pipe)[0].meta["parent"] == "alarm-1-0"
    assert Messages(pipe).held()[0].text == "down"
