import gevent
import pytest
from gevent.event import Event
from gevent.queue import Queue

from cockpit.bus import Lease, Pipe

WAIT_S = 20


class Body:
    """What runs under a lease: says when it begins and when it is ended."""

    def __init__(self):
        self.told = Queue()
        self.raises = []

    def __call__(self):
        self.told.put("begins")
        try:
            if self.raises:
                raise self.raises.pop()
            Event().wait()
        except gevent.GreenletExit:
            self.told.put("ended")
            raise

    def says(self):
        return self.told.get(timeout=WAIT_S)


@pytest.fixture
def contender(pipe):
    """Start leases that end with the test."""
    started = []

    def start(owner, body, *, on=pipe):
        lease = Lease(on, name="bridge", owner=owner, body=body, report=body.told.put)
        lease.start()
        started.append(lease)
        return lease

    yield start
    for lease in started:
        lease.stop()


def test_the_body_runs_while_the_lease_is_held(pipe, contender):
    body = Body()
    lease = contender("a:1", body)

    assert body.says() == "begins"
    assert lease.is_held
    assert pipe.call("GET", "cockpit:lease:bridge") == b"a:1"
    assert 0 < pipe.call("PTTL", "cockpit:lease:bridge") <= 6000


def test_one_that_does_not_hold_it_gives_nothing_up(pipe, contender):
    holder, other = Body(), Body()
    contender("a:1", holder)
    assert holder.says() == "begins"
    contender("b:2", other).stop()

    assert pipe.call("GET", "cockpit:lease:bridge") == b"a:1"
    assert other.told.empty()


def test_one_that_stops_ends_its_body_and_the_next_takes_over(contender):
    first, second = Body(), Body()
    holder = contender("a:1", first)
    first.says()
    follower = contender("b:1", second)

    assert not follower.is_held
    holder.stop()
    assert first.says() == "ended"
    assert second.says() == "begins"
    assert not holder.is_held


def test_one_that_lost_its_lease_ends_its_body(pipe, contender):
    body = Body()
    contender("a:1", body)
    body.says()
    pipe.call("SET", "cockpit:lease:bridge", "b:1", "PX", 60_000)

    assert body.says() == "ended"


def test_a_body_that_raised_is_told_and_runs_again(contender):
    body = Body()
    bug = ValueError("bug")
    body.raises.append(bug)
    contender("a:1", body)

    assert [body.says() for _ in range(3)] == ["begins", bug, "begins"]


def test_without_redis_the_body_ends_before_another_could_begin(pipe, contender, tmp_path):
    body = Body()
    own = Pipe(pipe.url)
    contender("a:1", body, on=own)
    body.says()
    own.url = f"unix://{tmp_path}/none"
    own._pool = Pipe(own.url)._pool
    own.close()

    assert body.says() == "ended"
    assert pipe.call("GET", "cockpit:lease:bridge") == b"a:1"


def test_a_restart_breaks_its_own_leases_and_no_others(pipe):
    pipe.call("SET", "cockpit:lease:bridge", "rack-a:1")
    lease = Lease(pipe, name="bridge", owner="rack-a:2", body=Event().wait, report=print)
    lease.break_if("rack-b:")

    assert pipe.call("EXISTS", "cockpit:lease:bridge") == 1
    lease.break_if("rack-a:")
    assert pipe.call("EXISTS", "cockpit:lease:bridge") == 0
    lease.break_if("rack-a:")
