import gevent
import pytest
from gevent.event import Event

from cockpit.robot.time_limit import TimeLimit, Timeout


def test_what_takes_longer_is_stopped():
    with pytest.raises(Timeout), TimeLimit(0.01):
        Event().wait(20)


def test_what_is_done_in_time_is_not():
    with TimeLimit(0.01):
        pass
    gevent.sleep(0.02)


def test_no_time_passes_while_it_is_paused():
    with TimeLimit(0.05) as limit:
        with limit.paused():
            gevent.sleep(0.1)
        with pytest.raises(Timeout):
            Event().wait(20)
