import pytest

from cockpit.access.throttle import Throttle


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def throttle(now):
    return Throttle(burst=3, per_s=10, clock=lambda: now[0])


def test_some_failures_are_free(throttle):
    throttle.failed("a")
    throttle.failed("a")

    assert throttle.wait_s("a") == 0


def test_then_the_address_waits_and_no_other(throttle):
    for _ in range(3):
        throttle.failed("a")

    assert (throttle.wait_s("a"), throttle.wait_s("b")) == (10, 0)


def test_with_time_failures_are_forgotten(throttle, now):
    for _ in range(9):
        throttle.failed("a")
    now[0] += 4

    assert throttle.wait_s("a") == 6

    now[0] += 6

    assert throttle.wait_s("a") == 0

    throttle.failed("a")

    assert throttle.wait_s("a") == 10


def test_however_many_addresses_it_keeps_a_bounded_number(throttle):
    for number in range(10_001):
        for _ in range(3):
            throttle.failed(str(number))

    assert (throttle.wait_s("0"), throttle.wait_s("10000")) == (0, 10)
