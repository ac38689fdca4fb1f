import pytest

from builders import an_alarm
from cockpit import events
from cockpit.bus import Log
from cockpit.robot import Doubts, Refused

FAILED = Refused("desk", "web", "t/web/service.hrd:3", "event.nope == 1: there is no field 'nope'")


@pytest.fixture
def doubts(pipe):
    """Take note; the ecos that came of it."""
    log = Log(pipe)
    note = Doubts(log, clock=lambda: 1000)

    def doubts(*failed, event=None):
        note(event or an_alarm(), failed)
        return log.newest(["eco"], 10)

    return doubts


def test_a_filter_that_failed_becomes_an_eco(doubts):
    (eco,) = doubts(FAILED)

    assert eco.error_msg == "desk/t/web/service.hrd:3: event.nope == 1: there is no field 'nope'"
    assert (eco.func_filename, eco.line_nbr, eco.eco_type) == ("desk/t/web/service.hrd", 3, "INPUT")


def test_the_same_failure_is_told_once(doubts):
    doubts(FAILED)

    assert len(doubts(FAILED, FAILED)) == 1


def test_what_fails_on_an_eco_is_not_told(doubts):
    assert doubts(FAILED, event=events.example("eco")) == []
