import pytest

from builders import an_alarm
from cockpit.bus import Census, Group, Log, Rejections, Retention, keys

FAR_S = 2**40


@pytest.fixture
def census(pipe):
    return Census(pipe, "robot")


@pytest.fixture
def group(pipe):
    found = Group(pipe, "robot")
    found.ensure()
    yield found
    found.close()


def alarms(census):
    return census.take()["alarm"]


def test_an_empty_redis_has_nothing_of_any_type(census):
    for counted in census.take().values():
        assert (counted.stored, counted.kept, counted.waiting, counted.oldest_s) == (0, 0, 0, 0)


@pytest.mark.usefixtures("group")
def test_events_are_counted_by_type_whoever_stored_them(census, pipe):
    Log(pipe).append(an_alarm())
    pipe.call("XADD", "ckpt.alarm", "*", "event", "{}")

    assert (alarms(census).stored, alarms(census).kept) == (2, 2)
    assert census.take()["email"].stored == 0


def test_what_is_trimmed_was_stored_all_the_same(census, pipe, group):
    for _ in range(3):
        Log(pipe).append(an_alarm())
    ((topic, entries),) = group.read(10, block_ms=1)
    group.acknowledge(topic, [entry[0] for entry in entries])
    Retention(pipe, keep_s=0, max_bytes=2**40, forget=pytest.fail).trim(FAR_S)

    assert (alarms(census).stored, alarms(census).kept) == (3, 0)


def test_what_was_no_event_left_the_log_and_was_stored(census, pipe, group):
    pipe.call("XADD", "ckpt.alarm", "*", "event", "nonsense")
    ((topic, ((entry, _),)),) = group.read(10, block_ms=1)
    Rejections(pipe).add(topic, b"nonsense", "no JSON", group="robot", entry=entry)
    Rejections(pipe).add(topic, b"published", "no JSON")

    assert (alarms(census).stored, alarms(census).kept, alarms(census).waiting) == (1, 0, 0)
    assert pipe.call("HGET", keys.COUNTS, "rejected") == b"2"


@pytest.mark.parametrize("read", [0, 2, 5])
def test_what_is_not_acknowledged_waits_read_or_not(census, pipe, group, read):
    for _ in range(5):
        Log(pipe).append(an_alarm())
    if read:
        group.read(read, block_ms=1)

    assert alarms(census).waiting == 5
    group.read(10, block_ms=1)
    ((topic, entries),) = group.pending(10)
    group.acknowledge(topic, [entry[0] for entry in entries])
    assert (alarms(census).waiting, alarms(census).oldest_s) == (0, 0)


def test_without_its_group_everything_waits(census, pipe):
    Log(pipe).append(an_alarm())

    assert alarms(census).waiting == 1


@pytest.mark.parametrize("is_read", [True, False])
def test_the_oldest_that_waits_tells_its_age(census, pipe, group, is_read):
    now_ms = int(pipe.call("TIME")[0]) * 1000
    pipe.call("XADD", "ckpt.alarm", f"{now_ms - 60_000}-0", "event", "{}")
    Log(pipe).append(an_alarm())
    if is_read:
        group.read(10, block_ms=1)

    assert alarms(census).oldest_s == pytest.approx(60, abs=10)
