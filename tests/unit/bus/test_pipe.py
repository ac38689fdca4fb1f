import contextlib

import gevent
import pytest
import redis

from builders import Thief
from cockpit.bus import Pipe, Script
from cockpit.errors import InputError, OpsError


@contextlib.contextmanager
def setting(pipe, name, value, usual):
    pipe.call("CONFIG", "SET", name, value)
    try:
        yield
    finally:
        pipe.call("CONFIG", "SET", name, usual)


@pytest.fixture
def thief(redis_url, tmp_path_factory):
    found = Thief(redis_url, tmp_path_factory.mktemp("t"))
    yield found
    found.close()


def n_connections(pipe):
    return pipe.call("INFO", "stats").split(b"total_connections_received:")[1].split()[0]


def test_a_reply_is_bytes_number_list_or_none(pipe):
    assert pipe.call("SET", "a", "1") == b"OK"
    assert pipe.call("INCR", "a") == 2
    assert pipe.call("MGET", "a", "b") == [b"2", None]
    assert pipe.call("GET", "b") is None


def test_calls_return_replies_in_order(pipe):
    assert pipe.calls([("SET", "a", "x"), ("GET", "a"), ("STRLEN", "a")]) == [b"OK", b"x", 1]
    assert pipe.calls([]) == []


def test_all_greenlets_share_one_connection(pipe):
    pipe.call("PING")
    before = n_connections(pipe)
    each = [gevent.spawn(pipe.call, "INCR", "n") for _ in range(200)]
    gevent.joinall(each, timeout=20)

    assert sorted(one.get() for one in each) == list(range(1, 201))
    assert n_connections(pipe) == before


def test_an_error_reply_is_its_callers_alone(pipe):
    pipe.call("SET", "text", "x")
    wrong, right = gevent.spawn(pipe.call, "LPOP", "text"), gevent.spawn(pipe.call, "GET", "text")
    gevent.joinall([wrong, right], timeout=20)

    assert right.get() == b"x"
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        wrong.get()
    with pytest.raises(redis.ResponseError, match="WRONGTYPE"):
        pipe.calls([("GET", "text"), ("LPOP", "text")])


@pytest.mark.parametrize("value", [None, object(), "\ud800", []], ids=repr)
def test_what_cannot_be_sent_is_its_callers_error_alone(pipe, value):
    wrong = gevent.spawn(pipe.call, "SET", "a", value)
    right = gevent.spawn(pipe.call, "SET", "b", "x")
    gevent.joinall([wrong, right], timeout=20)

    assert right.get() == b"OK"
    with pytest.raises(InputError, match="SET"):
        wrong.get()


@pytest.mark.parametrize("command", ["SUBSCRIBE", "multi", "BLPOP", "SELECT"])
def test_a_command_that_would_hold_the_shared_connection_is_refused(pipe, command):
    with pytest.raises(InputError, match="connection of its own"):
        pipe.call(command, "x", "1")
    with pytest.raises(InputError, match="connection of its own"):
        pipe.calls([(command, "x", "1")])

    assert pipe.call("PING") == b"PONG"


def test_a_script_that_redis_does_not_know_is_sent_whole(pipe):
    script = Script("cockpit.bus", "lease")
    pipe.call("SCRIPT", "FLUSH")

    assert pipe.run(script, ("k",), ("me", 1000)) == 1
    assert pipe.call("SCRIPT", "EXISTS", script.sha) == [1]
    assert pipe.run(script, ("k",), ("you", 1000)) == 0


def test_a_script_may_include_hand():
    text = Script("cockpit.robot", "take").text

    assert b"local function hand(" in text
    assert text.index(b"local function hand(") < text.index(b"local list = ")


@pytest.mark.parametrize("url", ["foo://x", "here", "redis://h:port"])
def test_what_is_no_url_of_a_redis_is_wrong_input(url):
    with pytest.raises(InputError, match="Redis URL"):
        Pipe(url)


@pytest.mark.parametrize(
    "command", [("XREAD", "BLOCK", 0), ("xreadgroup", "GROUP", "g", "c", "block", 0)]
)
def test_a_read_that_would_block_the_shared_connection_is_refused(pipe, command):
    with pytest.raises(InputError, match="connection of its own"):
        pipe.call(*command, "STREAMS", "s", "0")


def test_no_redis_is_an_ops_error(tmp_path):
    with pytest.raises(OpsError, match="Redis is away"):
        Pipe(f"unix://{tmp_path}/none").call("PING")


def test_a_full_redis_is_an_ops_error_plain_and_in_a_script(pipe):
    with setting(pipe, "maxmemory", 1, 0):
        with pytest.raises(OpsError, match="refuses"):
            pipe.call("SET", "a", "x")
        with pytest.raises(OpsError, match="refuses"):
            pipe.run(Script("cockpit.bus", "lease"), ("k",), ("me", 1000))

    assert pipe.call("SET", "a", "x") == b"OK"


def test_a_broken_connection_fails_what_was_under_way_and_the_next_call_connects(thief):
    found = Pipe(thief.url)
    found.call("PING")
    thief.steals_after = b"INCR"
    each = [gevent.spawn(found.call, "INCR", "n") for _ in range(3)]
    gevent.joinall(each, timeout=20)

    assert [type(one.exception) for one in each] == [OpsError] * 3
    assert found.call("GET", "n") == b"3"
    found.close()


def test_a_closed_pipe_connects_again(pipe):
    pipe.call("PING")
    pipe.close()

    assert pipe.call("PING") == b"PONG"


def test_a_call_that_began_is_waited_for_later(pipe):
    one, two = pipe.begin("INCR", "a"), pipe.begin("INCR", "a")

    assert (two(), one()) == (2, 1)


def test_a_call_that_began_fails_where_it_is_waited_for(pipe):
    wait = pipe.begin("INCR", "a", "b")

    with pytest.raises(redis.ResponseError):
        wait()
