import gevent
import pytest
from gevent.event import Event

from cockpit.errors import OpsError
from cockpit.telegram.lanes import _MOST, Lanes


def test_each_lane_keeps_its_order_and_waits_for_no_other():
    done, go = [], Event()

    def work(entries):
        for one in entries:
            if one == "slow":
                go.wait(5)
            done.append(one)

    lanes = Lanes(work)
    lanes.put("a", ["slow", 1])
    lanes.put("a", [2])
    lanes.put("b", [3])
    gevent.sleep(0)
    assert done == [3]
    go.set()
    gevent.joinall(list(lanes._working.values()))

    assert done == [3, "slow", 1, 2]
    assert (lanes._working, lanes._waiting) == ({}, {})


def test_what_keeps_one_from_going_on_is_raised():
    lanes = Lanes(lambda _entries: OpsError("away"))
    lanes.put("a", [1])
    gevent.sleep(0)
    with pytest.raises(OpsError, match="away"):
        lanes.check()


def test_while_too_much_waits_nothing_more_is_taken():
    go = Event()
    lanes = Lanes(lambda _entries: go.wait(5) and None)
    lanes.put("a", [0])
    gevent.sleep(0)
    lanes.put("a", range(_MOST + 1))
    checking = gevent.spawn(lanes.check)
    gevent.sleep(0)
    assert not checking.ready()
    go.set()
    checking.get(timeout=5)


def test_what_is_ended_does_no_more():
    done = []

    def work(entries):
        Event().wait(5)
        done.append(entries)

    lanes = Lanes(work)
    lanes.put("a", [1])
    gevent.sleep(0)
    lanes.kill()

    assert (done, lanes._working) == ([], {})
