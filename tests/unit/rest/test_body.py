import io
import socket

import falcon
import gevent
import pytest
from gevent.pywsgi import Input

from cockpit.rest.body import PIECE_BYTES, Body
from cockpit.rest.budget import Budget

HELLO = b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"


def told(octets, length=None, *, limit=1000, waits=None, budget=None):
    """A body whose length was told."""
    plain = Input(io.BytesIO(octets), len(octets) if length is None else length, socket=waits)
    return Body(plain, max_bytes=limit, timeout_s=5, budget=budget or Budget(10**9))


def chunked(octets, *, limit=1000):
    plain = Input(io.BytesIO(octets), None, chunked_input=True)
    return Body(plain, max_bytes=limit, timeout_s=5, budget=Budget(10**9))


def refused(body, length=None):
    with pytest.raises(falcon.HTTPError) as refusal:
        body.read(length)
    return falcon.code_to_http_status(refusal.value.status)[:3]


@pytest.mark.parametrize("make", [lambda: told(b"hello world"), lambda: chunked(HELLO)])
def test_a_body_is_read_at_once_or_in_parts(make):
    body = make()
    parts = iter(lambda: body.read(4), b"")

    assert make().read() == b"hello world"
    assert list(parts) == [b"hell", b"o wo", b"rld"]
    assert not body.is_broken


def test_a_body_of_many_pieces_is_read_whole():
    octets = b"x" * (3 * PIECE_BYTES + 1)

    assert told(octets, limit=10**6).read(-1) == octets
    assert len(told(octets, limit=10**6).read(PIECE_BYTES + 1)) == PIECE_BYTES + 1


def test_no_body_is_empty():
    assert told(b"", 0).read() == b""


def test_a_length_over_the_limit_is_refused_before_anything_is_read():
    body = told(b"x" * 11, limit=10)

    assert refused(body, 1) == "413"
    assert body.rfile.tell() == 0
    assert body.is_broken


def test_chunks_over_the_limit_are_refused_when_they_are():
    assert chunked(HELLO, limit=11).read() == b"hello world"
    assert refused(chunked(HELLO, limit=10)) == "413"


def test_a_broken_body_stays_refused():
    body = chunked(HELLO, limit=10)

    assert [refused(body), refused(body)] == ["413", "413"]


@pytest.mark.parametrize(
    "body",
    [told(b"hel", 5), chunked(b"5\r\nhel"), chunked(b"xyz\r\n"), chunked(b"\r\n"), chunked(b"")],
)
def test_a_body_that_ends_early_or_is_no_chunks_is_refused(body):
    assert refused(body) == "400"
    assert body.is_broken


def test_a_slow_body_is_given_up():
    here, there = socket.socketpair()
    with here, there, here.makefile("rb") as file:
        there.sendall(b"he")
        body = Body(Input(file, 5), max_bytes=10, timeout_s=0.05, budget=Budget(10))

        assert refused(body) == "408"
        assert body.is_broken


def test_what_is_read_in_one_go_counts_until_the_request_is_over():
    budget, large = Budget(10**6), b"x" * 300_000
    body = told(large, limit=10**6, budget=budget)
    body.read()

    assert budget.held_bytes == len(large)
    body.release()
    body.release()
    assert budget.held_bytes == 0


def test_what_is_read_piece_by_piece_is_not_held():
    budget = Budget(10**6)
    body = told(b"x" * 200_000, limit=10**6, budget=budget)
    while body.read(4 * PIECE_BYTES):
        assert budget.held_bytes == 0


def test_when_others_hold_all_the_memory_a_body_must_wait():
    budget = Budget(300_000)
    first = told(b"x" * 200_000, limit=10**6, budget=budget)
    second = told(b"x" * 200_000, limit=10**6, budget=budget)
    first.read()

    assert refused(second) == "503"
    assert second.is_broken
    second.release()
    assert budget.held_bytes == 200_000


def test_a_fast_peer_lets_others_run():
    ran = []
    other = gevent.spawn(ran.append, True)
    told(b"x" * (3 * PIECE_BYTES), limit=10**6).read()
    other.kill()

    assert ran


def test_a_line_has_no_limit_so_there_are_none():
    with pytest.raises(io.UnsupportedOperation):
        told(b"a\n").readline()


@pytest.mark.parametrize("make", [lambda: told(b"hello"), lambda: chunked(HELLO)])
def test_a_short_body_that_nobody_read_is_read_away(make):
    body = make()
    body._discard()

    assert body.rfile.read() == b""
    assert not body.is_broken


def test_a_long_body_that_nobody_read_ends_the_connection():
    body = told(b"x", 10**6, limit=10**9)

    assert body.is_too_long_to_discard
    body._discard()
    assert body.is_broken
    assert body.rfile.tell() == 0


def test_nobody_waits_for_a_body_that_may_not_come():
    with socket.socket() as waiting:
        body = told(b"", 5, waits=waiting)
        body._discard()

        assert body.is_broken
