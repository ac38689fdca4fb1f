import pytest

from cockpit.bus import Log, Pressure
from cockpit.errors import OpsError


@pytest.fixture
def told():
    return []


@pytest.fixture
def pressure(pipe, told):
    yield Pressure(pipe, on_change=lambda *change: told.append(change))
    pipe.call("CONFIG", "SET", "maxmemory", 0)


def limit(pipe, share):
    """Set the limit so that about this share of it is used."""
    used = int(pipe.call("INFO", "memory").split(b"used_memory:")[1].split()[0])
    pipe.call("CONFIG", "SET", "maxmemory", int(used / share))


def test_without_a_limit_the_doors_are_open(pressure, told):
    pressure.measure()
    pressure.admit()

    assert (pressure.used, told) == (0.0, [])
    assert pressure.used_bytes > 0


def test_below_four_fifths_the_doors_are_open(pipe, pressure, told):
    limit(pipe, 0.6)
    pressure.measure()
    pressure.admit()

    assert told == []
    assert 0.5 < pressure.used < 0.7


def test_from_four_fifths_on_the_doors_are_closed_and_accepted_work_goes_on(pipe, pressure, told):
    limit(pipe, 0.9)
    pressure.measure()
    pressure.measure()

    assert [closed for closed, _ in told] == [True]
    with pytest.raises(OpsError, match="try again later"):
        pressure.admit()
    pipe.call("SET", "a", "x")
    assert Log(pipe).counts()["alarm"] == 0


def test_the_doors_open_again(pipe, pressure, told):
    limit(pipe, 0.9)
    pressure.measure()
    limit(pipe, 0.3)
    pressure.measure()
    pressure.admit()

    assert [closed for closed, _ in told] == [True, False]
