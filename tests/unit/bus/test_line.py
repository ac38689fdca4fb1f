import gevent
import pytest
from gevent.event import AsyncResult

from builders import Thief
from cockpit.bus.line import Line
from cockpit.bus.pipe import client
from cockpit.errors import OpsError

PING = b"*1\r\n$4\r\nPING\r\n"
BAD = b"*1\r\n$3\r\nBAD\r\n"


def a_line(url):
    connection = client(url).connection_pool.make_connection()
    connection.connect()
    return Line(connection)


@pytest.fixture
def line(redis_url):
    found = a_line(redis_url)
    yield found
    found.end(OpsError("over"))


def write(line, *commands):
    results = [AsyncResult() for _ in commands]
    line.write(list(commands), results)
    return results


def test_each_command_gets_its_own_reply(line):
    first, wrong, last = write(line, PING, BAD, PING)

    assert first.get(timeout=10) == b"PONG"
    assert "unknown command" in str(wrong.get(timeout=10))
    assert last.get(timeout=10) == b"PONG"


def test_the_next_pipeline_is_sent_before_the_last_is_answered(line):
    flights = [write(line, PING, PING) for _ in range(3)]

    assert line.is_full
    line.wait()
    assert not line.is_full
    replies = [result.get(timeout=10) for flight in flights for result in flight]
    assert replies == [b"PONG"] * 6


def test_nothing_under_way_is_nothing_to_wait_for(line):
    line.wait()

    assert not line.is_full


def test_the_end_of_a_line_fails_all_that_is_under_way(line):
    flights = [write(line, PING), write(line, PING)]
    line.end(OpsError("stopping"))

    assert line.is_over
    assert [type(r.get(timeout=10)) for flight in flights for r in flight] == [OpsError] * 2


def test_a_connection_that_breaks_ends_the_line(redis_url, tmp_path_factory):
    thief = Thief(redis_url, tmp_path_factory.mktemp("t"))
    line = a_line(thief.url)
    thief.steals_after = b"PING"
    results = write(line, PING, PING)
    gevent.wait(results, timeout=10)

    assert [type(result.get(timeout=10)) for result in results] == [OpsError] * 2
    assert line.is_over
    thief.close()


def test_what_is_written_to_a_broken_connection_fails(line):
    line.end(OpsError("over"))
    (result,) = write(line, PING)

    assert isinstance(result.get(timeout=10), OpsError)
