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


def test_who_has_one_address_of_ipv6_has_its_whole_network(throttle):
    for host in ("1", "2", "ffff:1"):
        throttle.failed(f"2001:db8:0:7::{host}")

    assert throttle.wait_s("2001:db8:0:7::9") == 10
    assert throttle.wait_s("2001:db8:0:8::1") == 0


def test_what_is_no_address_is_counted_by_its_name(throttle):
    for _ in range(3):
        throttle.failed("_hidden:x")

    assert throttle.wait_s("_hidden:x") == 10
