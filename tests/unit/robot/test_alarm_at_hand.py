import copy

import pytest

from builders import an_alarm
from cockpit import events
from cockpit.bus import keys
from cockpit.robot.alarm_at_hand import at_hand, place_of


@pytest.fixture
def services(pipe):
    for name in ("shop/web!a", "shop/db!a", "desk/db!a", "desk/only!a"):
        pipe.call("HSET", keys.SERVICES, name, "{}")
    return pipe


@pytest.mark.parametrize(
    ("service", "meta", "found"),
    [
        ("web!a", {"repo": "shop"}, ("shop", "web!a")),
        ("db!a", {"repo": "desk"}, ("desk", "db!a")),
        ("db!a", {}, ("shop", "db!a")),
        ("only!a", {}, ("desk", "only!a")),
        ("only!a", {"repo": "shop"}, None),
        ("nobody!a", {}, None),
        ("web!a", {"repo": 7}, ("shop", "web!a")),
    ],
)
def test_whom_an_alarm_names(services, service, meta, found):
    assert place_of(an_alarm(service=service, meta=meta), "shop", services) == found


def test_of_several_far_away_none_is_meant(services):
    assert place_of(an_alarm(service="db!a"), "other", services) is None


def test_the_origin_is_looked_for_once_and_late():
    asked = []
    alarm = at_hand(an_alarm(msg="down"), lambda: asked.append(1) or "it")
    assert asked == []

    assert (alarm.origin, alarm.origin, asked) == ("it", "it", [1])


def test_it_is_an_alarm_like_any_other():
    alarm = an_alarm(msg="down", labels={"a": "b"})
    made = at_hand(alarm, lambda: None)

    assert isinstance(made, events.Alarm)
    assert events.encode(made) == events.encode(alarm)
    assert (made["msg"], dict(made.items())) == ("down", dict(alarm.items()))
    assert copy.copy(made).msg == "down"
