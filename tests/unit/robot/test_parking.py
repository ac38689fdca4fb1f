import gevent
import pytest

from cockpit.robot import Outcome
from cockpit.robot.parking import Parking

DONE = Outcome("ok", {"result": "1"})


@pytest.fixture
def parking():
    return Parking(lambda *_: True)


@pytest.fixture
def parked(parking):
    """An attempt that asks `n` times and is done; the outcomes that it settled by itself."""
    settled = []

    def parked(n=1):
        def attempt():
            for turn in range(n):
                parking.park("j", 1, f"q{turn}", settled.append)
            parking.deliver(DONE)

        greenlet = gevent.spawn(attempt)
        gevent.idle()
        return greenlet, settled

    return parked


def test_a_parked_attempt_is_settled_as_waiting(parked, parking):
    _, settled = parked()

    assert settled == [Outcome("waiting", {"question": "q0"})]
    assert len(parking) == 1


def test_it_goes_on_for_whoever_has_the_job_then(parked, parking):
    greenlet, _ = parked()

    assert parking.resume("j", 2) == DONE
    assert len(parking) == 0
    greenlet.join(timeout=5)
    assert greenlet.successful()


def test_a_second_question_is_settled_by_whoever_has_the_job(parked, parking):
    _, settled = parked(2)

    assert parking.resume("j", 2) == Outcome("waiting", {"question": "q1"})
    assert parking.resume("j", 3) == DONE
    assert len(settled) == 1


def test_a_job_that_is_not_parked_here_is_run(parking):
    assert parking.resume("other", 1) is None


def test_an_outcome_that_nobody_waits_for_is_not_delivered(parking):
    assert not parking.deliver(DONE)


def test_an_attempt_ends_when_another_process_has_its_job(monkeypatch):
    monkeypatch.setattr("cockpit.robot.parking._LOOK_S", 0.01)
    parking = Parking(lambda *_: False)
    greenlet = gevent.spawn(parking.park, "j", 1, "q", lambda _: None)
    greenlet.join(timeout=5)

    assert isinstance(greenlet.value, gevent.GreenletExit)
    assert len(parking) == 0
