import gevent
import pytest

from builders import an_alarm
from cockpit import events
from cockpit.bus import Group, Log, Pipe, keys
from cockpit.bus.group import _BURY_AFTER
from cockpit.errors import OpsError


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def group(pipe):
    found = Group(pipe, "robot")
    found.ensure()
    yield found
    found.close()


def ids(batches):
    return [
        f"{topic.removeprefix('ckpt.')}-{entry[0].decode()}"
        for topic, entries in batches
        for entry in entries
    ]


def read(group):
    return group.read(99, block_ms=1)


def test_a_group_begins_at_the_first_entry(pipe, log):
    first = log.append(an_alarm()).id
    group = Group(pipe, "robot")
    group.ensure()
    group.ensure()

    assert ids(read(group)) == [first]
    assert read(group) == []


def test_it_reads_all_topics_with_their_fields(log, group):
    made = {log.append(events.example(type_), refs=["mail/a"]).id for type_ in events.TYPES}
    batches = read(group)

    assert set(ids(batches)) == made
    assert all(entry[1][::2] == [b"event", b"refs"] for _, entries in batches for entry in entries)


def test_what_was_not_acknowledged_comes_again_to_the_next_reader(pipe, log, group):
    first, second = log.append(an_alarm()).id, log.append(an_alarm()).id
    ((topic, entries),) = read(group)
    group.acknowledge(topic, [entries[0][0]])
    successor = Group(pipe, "robot")

    assert ids(group.pending(99)) == [second]
    assert ids(successor.pending(99)) == [second]
    assert first not in ids(successor.pending(99))


def test_an_entry_deleted_while_pending_comes_without_fields(pipe, log, group):
    event_id = log.append(an_alarm()).id
    read(group)
    pipe.call("XDEL", "ckpt.alarm", event_id.removeprefix("alarm-"))

    assert [entry[1] for _, entries in group.pending(9) for entry in entries] == [[]]


@pytest.mark.parametrize("harm", ["DESTROY", "DEL", "FLUSHALL"])
def test_a_group_that_is_gone_is_made_again_from_the_first_entry(pipe, log, group, harm):
    log.append(an_alarm())
    read(group)
    command = ("XGROUP", "DESTROY", "ckpt.alarm", "robot")
    pipe.call(*{"DESTROY": command, "DEL": ("DEL", "ckpt.alarm"), "FLUSHALL": ("FLUSHALL",)}[harm])
    log.append(an_alarm())

    assert read(group) == []
    assert ids(read(group)) == [event.id for event in log.after(["alarm"], 9, "0")]


def test_a_blocked_read_wakes_for_a_new_entry(log, group):
    reading = gevent.spawn(group.read, 9, block_ms=20_000)
    gevent.idle()
    event_id = log.append(an_alarm()).id

    assert ids(reading.get(timeout=10)) == [event_id]


def test_only_what_failed_again_and_again_is_buried(log, group):
    hopeless = log.append(an_alarm()).id
    read(group)
    for _ in range(_BURY_AFTER - 1):
        group.pending(99)
    waiting = log.append(an_alarm()).id
    read(group)

    assert group.bury_hopeless() == []
    group.pending(99)
    assert group.bury_hopeless() == [hopeless]
    assert ids(group.pending(99)) == [waiting]


def test_the_buried_stand_in_dead_and_in_their_trail(pipe, log, group):
    event_id = log.append(an_alarm()).id
    read(group)
    for _ in range(_BURY_AFTER):
        group.pending(99)
    group.bury_hopeless()

    ((_, fields),) = pipe.call("XRANGE", "cockpit:dead", "-", "+")
    reason = b"not dispatched after 11 deliveries"
    assert fields == [b"id", event_id.encode(), b"reason", reason]
    assert pipe.call("HGETALL", keys.trail(event_id)) == [b"buried", reason]


def test_a_group_that_leaves_holds_nothing(pipe, group):
    group.leave()

    assert all(pipe.call("XINFO", "GROUPS", topic) == [] for topic in keys.TOPICS)


def test_some_topics_only(pipe, log):
    group = Group(pipe, "telegram", topics=["ckpt.telegram"])
    group.ensure()
    log.append(an_alarm())
    mine = log.append(events.example("telegram")).id

    assert ids(read(group)) == [mine]


def test_without_redis_reading_is_an_ops_error(tmp_path):
    with pytest.raises(OpsError, match="Redis is away"):
        Group(Pipe(f"unix://{tmp_path}/none"), "robot").read(1, block_ms=1)
