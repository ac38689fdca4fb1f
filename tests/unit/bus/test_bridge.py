import contextlib

import gevent
import pytest
from gevent.event import Event
from gevent.queue import Queue

from builders import an_alarm
from cockpit import events
from cockpit.bus import Bridge, Log, Pipe, Rejections
from cockpit.errors import OpsError

WAIT_S = 20


@pytest.fixture
def log(pipe):
    return Log(pipe)


@pytest.fixture
def heard():
    return Queue()


@pytest.fixture
def bridge(pipe, log, heard):
    return Bridge(pipe, log, Rejections(pipe), on_listening=heard.put)


@pytest.fixture
def listening(bridge, heard):
    running = gevent.spawn(bridge.run)
    assert heard.get(timeout=WAIT_S) is True
    yield running
    running.kill()


@contextlib.contextmanager
def carried(pipe, log):
    """Publish inside; afterwards all of it was carried, for the last one is in the log."""
    done = Event()
    yield
    pipe.call("PUBLISH", "ckpt.generic", b'{"type":"generic","tags":["end"]}')

    def look():
        while not any(event.tags == ["end"] for event in log.newest(["generic"], 9)):
            gevent.idle()
        done.set()

    looking = gevent.spawn(look)
    assert done.wait(WAIT_S)
    looking.join()


@pytest.mark.usefixtures("listening")
def test_a_plain_publish_becomes_an_entry(pipe, log):
    with carried(pipe, log):
        assert pipe.call("PUBLISH", "ckpt.alarm", events.encode(an_alarm(msg="down"))) == 1

    (found,) = log.newest(["alarm"], 9)
    assert (found.msg, found.meta) == ("down", {"source": "publish"})


@pytest.mark.usefixtures("listening")
def test_what_the_log_publishes_itself_is_left_alone(pipe, log):
    with carried(pipe, log):
        for n in range(300):
            log.append(an_alarm(msg=str(n)))

    assert log.counts()["alarm"] == 300


def test_the_bridge_knows_when_it_took_something_in_last(bridge):
    bridge.take("ckpt.alarm", b"nonsense")
    assert bridge.last_receive_epoch == 0
    bridge.take("ckpt.alarm", events.encode(an_alarm()))

    assert bridge.last_receive_epoch > 0


def test_a_foreign_id_moves_to_meta(log, bridge):
    bridge.take("ckpt.alarm", events.encode(an_alarm(id="theirs", meta={"source": "nagios"})))

    (found,) = log.newest(["alarm"], 9)
    assert found.meta == {"source": "nagios", "source_id": "theirs"}


@pytest.mark.parametrize("forged", ["alarm-1-0", "alarm-99999999999999999999-0", "alarm-x"])
@pytest.mark.usefixtures("listening")
def test_a_forged_id_of_ours_is_appended(pipe, log, forged):
    with carried(pipe, log):
        pipe.call("PUBLISH", "ckpt.alarm", events.encode(an_alarm(id=forged)))

    (found,) = log.newest(["alarm"], 9)
    assert found.id != forged
    assert found.meta["source_id"] == forged


@pytest.mark.parametrize(
    "spelled",
    [
        '{"id":"%s","type":"alarm","service":"a","method":"m"}',
        '{ "type": "alarm", "service": "a", "method": "m", "id": "%s" }',
    ],
)
@pytest.mark.usefixtures("listening")
def test_an_id_that_is_in_the_log_is_skipped_however_it_is_written(pipe, log, spelled):
    known = log.append(an_alarm()).id
    with carried(pipe, log):
        pipe.call("PUBLISH", "ckpt.alarm", spelled % known)

    assert [event.id for event in log.newest(["alarm"], 9)] == [known]


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"rubbish", "the event"),
        (b"\xff\xfe", "the event"),
        (b'{"type":"alarm","method":"m"}', "service: missing"),
        (b'{"type":"generic"}', "does not belong on ckpt.alarm"),
    ],
)
@pytest.mark.usefixtures("listening")
def test_what_is_no_event_is_kept_with_the_reason(pipe, log, payload, why):
    with carried(pipe, log):
        pipe.call("PUBLISH", "ckpt.alarm", payload)

    (kept,) = Rejections(pipe).newest(9)
    assert kept.channel == "ckpt.alarm"
    assert why in kept.reason
    assert kept.payload == payload.decode("utf-8", "replace")
    assert log.counts()["alarm"] == 0


@pytest.mark.usefixtures("listening")
def test_an_event_on_anothers_channel_is_kept_though_its_id_is_known(pipe, log):
    known = log.append(an_alarm())
    with carried(pipe, log):
        pipe.call("PUBLISH", "ckpt.email", events.encode(log.get(known.id)))

    assert [kept.channel for kept in Rejections(pipe).newest(9)] == ["ckpt.email"]


def test_it_says_when_it_listens_no_more(pipe, heard, listening):
    assert pipe.call("CLIENT", "KILL", "TYPE", "pubsub") == 1
    listening.join(timeout=WAIT_S)

    assert heard.get(timeout=WAIT_S) is False
    assert isinstance(listening.exception, OpsError)


def test_without_redis_it_never_listens(tmp_path, log):
    heard = []
    away = Pipe(f"unix://{tmp_path}/none")
    with pytest.raises(OpsError):
        Bridge(away, log, Rejections(away), on_listening=heard.append).run()

    assert heard == [False]
