import gevent
import msgspec
import pytest

import builders
from cockpit import events
from cockpit.bus import Log, keys
from cockpit.bus.pipe import client
from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.robot import Replays, Wanted
from cockpit.robot.replays import KEPT, MOST_ACTIVE

ALL = Wanted()


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def replays(pipe, log):
    return Replays(pipe, log)


@pytest.fixture
def alarms(log):
    return [log.append(builders.an_alarm(msg=str(number))).id for number in range(5)]


def done(replays, name):
    """Take steps until it is over."""
    while replays.get(name).state == "running":
        replays.step(name)
    return replays.get(name)


def copies(log):
    found = log.page(events.TYPES, 100, after="0").events
    return [event.meta["replay_of"] for event in found if "replay_of" in event.meta]


def test_all_that_is_meant_is_appended_again_in_order(replays, log, alarms):
    made = replays.begin(ALL, 20, by="ann")
    ended = done(replays, made.id)

    assert copies(log) == alarms
    assert (made.state, made.by, made.events) == ("running", "ann", 0)
    assert (ended.state, ended.events, ended.done) == ("ok", 5, 1.0)
    assert ended.ended >= made.began


def test_type_time_and_filter_choose(replays, log, alarms, pipe):
    log.append(events.example("eco"))
    pipe.call("XADD", "ckpt.generic", "*", "event", "rubbish")
    made = replays.begin(Wanted(type="alarm", where='event.msg > "2"', since=1), 1000, by="")
    done(replays, made.id)

    assert copies(log) == alarms[3:]


def test_a_count_says_how_many_and_does_nothing(replays, log, alarms, pipe):
    done(replays, replays.begin(ALL, 1000, by="").id)
    found = replays.count(Wanted(where='event.msg != "2"'), 7)

    assert (found.id, found.state, found.events, found.is_whole) == (
        msgspec.UNSET,
        "counted",
        4,
        True,
    )
    assert (found.rate, found.where) == (7, 'event.msg != "2"')
    assert len(copies(log)) == len(alarms)
    assert pipe.call("ZCARD", keys.REPLAYS) == 1


def test_a_count_of_nothing_is_none(replays):
    assert replays.count(ALL, 1).events == 0
    assert done(replays, replays.begin(ALL, 1, by="").id).events == 0


def test_what_comes_later_is_not_replayed_and_no_replay_is(replays, log, alarms):
    first = replays.begin(Wanted(until=2**33), 1000, by="")
    done(replays, first.id)
    done(replays, replays.begin(ALL, 1000, by="").id)

    assert copies(log) == alarms * 2


def test_a_step_keeps_to_the_rate(replays, log, alarms):
    made = replays.begin(ALL, 20, by="")

    assert replays.step(made.id) == 2 / 20
    assert copies(log) == alarms[:2]


@pytest.mark.usefixtures("alarms")
def test_another_process_goes_on_where_it_was(replays, log, pipe):
    made = replays.begin(ALL, 20, by="")
    replays.step(made.id)
    other = Replays(pipe, log)
    done(other, made.id)

    assert len(copies(log)) == len(set(copies(log))) == 5


@pytest.mark.usefixtures("alarms")
def test_two_at_once_append_nothing_twice(replays, log, pipe):
    made = replays.begin(ALL, 1000, by="")
    both = [gevent.spawn(done, one, made.id) for one in (replays, Replays(pipe, log))]
    gevent.joinall(both, timeout=10, raise_error=True)

    assert len(copies(log)) == len(set(copies(log))) == 5


def test_one_that_was_cancelled_goes_no_further(replays, log, alarms, pipe):
    made = replays.begin(ALL, 20, by="")
    replays.step(made.id)
    cancelled = replays.cancel(made.id)
    replays.step(made.id)

    assert (cancelled.state, cancelled.events) == ("cancelled", 2)
    assert copies(log) == alarms[:2]
    assert replays.cancel(made.id) == cancelled
    assert pipe.call("SMEMBERS", keys.REPLAYS_ACTIVE) == []


def test_an_event_that_is_gone_meanwhile_is_passed_over(log, alarms, pipe):
    pipe.call("HSET", keys.replay("r"), "state", "running", "edge", "0")
    pipe.call("XDEL", "ckpt.alarm", alarms[0].removeprefix("alarm-"))

    assert log.advance(keys.replay("r"), "0", alarms[0], copies=True)
    assert not log.advance(keys.replay("r"), "0", alarms[1], copies=True)
    assert copies(log) == []


def test_files_of_a_copy_live_as_long_as_it(replays, log, pipe):
    log.append(builders.an_alarm(), refs=["mail/" + "a" * 64])
    done(replays, replays.begin(ALL, 1000, by="").id)

    assert pipe.call("HGET", keys.REFS, "mail/" + "a" * 64) == b"2"


def test_a_copy_is_on_the_channel_too(replays, alarms, pipe):
    listener = client(pipe.url).pubsub()
    listener.subscribe("ckpt.alarm")
    listener.get_message(timeout=5)
    done(replays, replays.begin(ALL, 1000, by="").id)
    message = listener.get_message(timeout=5)
    listener.close()

    assert events.decode(message["data"]).meta["replay_of"] == alarms[0]


def test_it_runs_what_was_begun(replays, log, alarms):
    made = replays.begin(ALL, 1000, by="")
    running = gevent.spawn(replays.run)
    with gevent.Timeout(10):
        while replays.get(made.id).state == "running":
            gevent.sleep(0.01)
    running.kill()

    assert copies(log) == alarms


@pytest.mark.usefixtures("alarms")
def test_while_memory_is_short_it_waits(pipe, log):
    def ask():
        raise OpsError("Redis is full")

    waiting = Replays(pipe, Log(pipe, admit=ask))
    made = waiting.begin(ALL, 1000, by="")
    with pytest.raises(OpsError):
        waiting.step(made.id)

    assert waiting.get(made.id).state == "running"
    assert copies(log) == []


def test_the_newest_come_first(replays):
    names = [replays.begin(ALL, 1, by="").id for _ in range(3)]

    assert [one.id for one in replays.newest(2)] == names[:0:-1]


@pytest.mark.parametrize(
    ("wanted", "what"),
    [(Wanted(type="emai"), "'emai' is no type"), (Wanted(where="event."), "where: .* is no CEL")],
)
def test_what_cannot_be_meant_is_refused(replays, pipe, wanted, what):
    for ask in (lambda: replays.count(wanted, 1), lambda: replays.begin(wanted, 1, by="")):
        with pytest.raises(InputError, match=what):
            ask()

    assert pipe.call("ZCARD", keys.REPLAYS) == 0


def test_so_many_run_at_once(replays):
    for _ in range(MOST_ACTIVE):
        replays.begin(ALL, 1, by="")
    with pytest.raises(ConflictError, match="10 replays are running"):
        replays.begin(ALL, 1, by="")


def test_old_ones_are_forgotten_but_not_while_they_run(replays):
    first = replays.begin(ALL, 1, by="")
    for _ in range(KEPT + 1):
        replays.cancel(replays.begin(ALL, 1, by="").id)

    assert [one.id for one in replays.newest(1000)][KEPT - 1 :] == ["replay-3", first.id]
    assert replays.get(first.id).state == "running"
    with pytest.raises(InputError, match="there is no replay 'replay-2'"):
        replays.get("replay-2")


def test_progress_is_how_much_of_the_time_is_behind(pipe, log):
    for ms in (1_000_000, 1_050_000, 1_100_000):
        raw = events.encode(builders.an_alarm())
        pipe.call("XADD", "ckpt.alarm", f"{ms}-0", "event", raw)
    replays = Replays(pipe, log, clock=lambda: 1099)
    made = replays.begin(ALL, 10, by="")

    assert (made.since, made.until, replays.get(made.id).done) == (1000, 1100, 0.0)
    replays.step(made.id)
    replays.step(made.id)
    assert replays.get(made.id).done == 1.0
