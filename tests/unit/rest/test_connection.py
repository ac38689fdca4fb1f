import json
import socket

import falcon
import gevent
import pytest
from gevent.event import Event

from cockpit.rest.connection import last_words

GET = ("GET / HTTP/1.1", "Host: x")
POST = ("POST / HTTP/1.1", "Host: x")


def echo(env, start_response):
    body = env["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def deaf(_env, start_response):
    """An application that reads no body."""
    start_response("401 Unauthorized", [("Content-Length", "0")])
    return []


def test_last_words_are_a_whole_response():
    head, _, body = last_words("400 Bad Request", "no", "Retry-After: 5").partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert {b"Connection: close", b"Retry-After: 5"} <= set(head.split(b"\r\n"))
    assert json.loads(body)["status"] == 400


def test_one_connection_serves_request_after_request(opened):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo))
    answers = []
    for text in (b"one", b"", b"three"):
        peer.send(*POST, f"Content-Length: {len(text)}", body=text)
        answers.append(peer.reply()[2])

    assert answers == [b"one", b"", b"three"]


def test_small_answers_leave_at_once(opened):
    open_server, open_peer = opened
    server = open_server(echo)
    peer = open_peer(server)
    peer.send(*GET)
    peer.reply()
    (connection,) = server._terms.open

    assert connection.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1


@pytest.mark.parametrize(
    "fields",
    [
        ("Content-Length: 3", "Content-Length: 3"),
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: gzip, chunked",),
        ("Transfer-Encoding: identity",),
        ("Content-Length: +3",),
        ("Content-Length: 1_0",),
        ("Content-Length: -1",),
        ("Content-Length: x",),
    ],
)
def test_a_body_whose_length_can_be_read_two_ways_ends_the_connection(opened, fields, capsys):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo))
    peer.send(*POST, *fields, body=b"abcGET /smuggled HTTP/1.1\r\n\r\n")
    status, headers, body = peer.reply()

    assert (status, headers["connection"]) == (400, "close")
    assert json.loads(body)["title"] == "Bad Request"
    assert peer.is_hung_up()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("line", ["nonsense", "GET / HTTP/9", "GET / FTP/1.1", "a b c d e"])
def test_what_is_no_request_is_answered_and_ended(opened, line, capsys):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo))
    peer.send(line)

    assert peer.reply()[0] == 400
    assert peer.is_hung_up()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "fields",
    [
        ("Host: x", *(f"X-{n}: y" for n in range(200))),
        ("Host: x", f"X: {'y' * 100_000}"),
        ("Host: x", *(f"X-{n}: {'y' * 10_000}" for n in range(20))),
    ],
)
def test_a_head_that_is_too_large_is_431_without_noise(opened, fields, capsys):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo))
    peer.send("GET / HTTP/1.1", *fields)
    status, _, body = peer.reply()

    assert (status, json.loads(body)["type"]) == (431, "urn:cockpit:problem:header-too-large")
    assert peer.is_hung_up()
    assert capsys.readouterr() == ("", "")


def test_an_address_that_is_too_long_is_414(opened, capsys):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo))
    peer.send(f"GET /{'x' * 100_000} HTTP/1.1", "Host: x")
    status, _, body = peer.reply()

    assert (status, json.loads(body)["type"]) == (414, "urn:cockpit:problem:uri-too-long")
    assert peer.is_hung_up()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "lines",
    [
        ("GET / HTTP/1.1",),
        ("GET / HTTP/1.1", "Host: x", "Host: y"),
        ("GET /",),
        ("GET / HTTP/1.1", "Host: x", "X: a\0b"),
        ("GET / HTTP/1.1", "Host: x", "X: a", " folded"),
        ("POST / HTTP/1.1", "Host: x", "Transfer-Encoding : chunked"),
    ],
)
def test_what_others_may_read_otherwise_is_refused(opened, lines, capsys):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo))
    peer.send(*lines)

    assert peer.reply()[0] == 400
    assert peer.is_hung_up()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("framing", ["told", "chunked"])
def test_a_body_over_the_limit_is_413_and_ends_the_connection(opened, framing):
    open_server, open_peer = opened

    def app(env, start_response):
        try:
            return echo(env, start_response)
        except falcon.HTTPContentTooLarge:
            start_response("413 Content Too Large", [("Content-Length", "0")])
            return []

    peer = open_peer(open_server(app, max_body_bytes=10))
    if framing == "told":
        peer.send(*POST, "Content-Length: 1000000", body=b"x" * 20)
    else:
        peer.send(*POST, "Transfer-Encoding: chunked", body=b"14\r\n" + b"x" * 20 + b"\r\n")
    status, headers, _ = peer.reply()

    assert (status, headers["connection"]) == (413, "close")
    assert peer.is_hung_up()


def test_an_answer_to_a_long_body_that_nobody_reads_arrives(opened):
    open_server, open_peer = opened
    peer = open_peer(open_server(deaf))
    peer.send(*POST, "Content-Length: 20000000", body=b"x" * 400_000)
    status, headers, _ = peer.reply()

    assert (status, headers["connection"]) == (401, "close")
    assert peer.is_hung_up()


def test_a_short_body_that_nobody_reads_costs_no_connection(opened):
    open_server, open_peer = opened
    peer = open_peer(open_server(deaf))
    for _ in range(2):
        peer.send(*POST, "Content-Length: 1000", body=b"x" * 1000)

    assert [peer.reply()[0], peer.reply()[0]] == [401, 401]


def test_a_peer_is_told_to_go_on_only_when_its_body_is_wanted(opened):
    open_server, open_peer = opened
    wanted, unwanted = open_peer(open_server(echo)), open_peer(open_server(deaf))
    for peer in (wanted, unwanted):
        peer.send(*POST, "Content-Length: 2", "Expect: 100-continue")

    assert wanted.reply()[0] == 100
    wanted.send(body=b"ok")
    assert wanted.reply()[2] == b"ok"
    assert unwanted.reply()[0] == 401
    assert unwanted.is_hung_up()


def test_an_upgrade_does_not_lift_the_limits(opened):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo))
    peer.send(*POST, "Connection: Upgrade", "Upgrade: websocket", "Content-Length: 2", body=b"ok")

    assert peer.reply()[2] == b"ok"


@pytest.mark.parametrize("sent", ["", "GET / HT", "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_peer_that_is_slow_with_its_head_is_cut_off(opened, sent, capsys):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo, timeout_s=0.1))
    peer.send(body=sent.encode())
    status, _, _ = peer.reply()

    assert status in {0, 408}
    assert peer.is_hung_up()
    assert capsys.readouterr() == ("", "")


def test_a_head_that_drips_is_cut_off_as_well(opened):
    open_server, open_peer = opened
    peer = open_peer(open_server(echo, timeout_s=0.3))

    def drip():
        peer.send(body=b"GET / HTTP/1.1\r\n")
        while True:
            gevent.sleep(0.05)
            peer.send(body=b"X: y\r\n")

    dripping = gevent.spawn(drip)
    status, _, _ = peer.reply()
    dripping.kill()

    assert status == 408


def test_a_peer_that_takes_no_answer_is_cut_off(opened):
    open_server, open_peer = opened
    ended = Event()

    class Answer:
        def __iter__(self):
            while True:
                yield b"x" * 65536

        def close(self):
            ended.set()

    def flood(_env, start_response):
        start_response("200 OK", [])
        return Answer()

    peer = open_peer(open_server(flood, timeout_s=0.2))
    peer.send(*GET)

    assert ended.wait(10)


def test_a_large_answer_arrives_whole(opened):
    open_server, open_peer = opened
    large = b"0123456789" * 100_000

    def app(_env, start_response):
        start_response("200 OK", [("Content-Length", str(len(large)))])
        return [large]

    peer = open_peer(open_server(app))
    peer.send(*GET)

    assert peer.reply()[2] == large


def test_a_broken_application_is_reported_without_noise(opened, capsys):
    open_server, open_peer = opened
    reported = []
    error = KeyError("secret")

    def app(_env, _start_response):
        raise error

    peer = open_peer(open_server(app, report=reported.append))
    peer.send(*GET)
    status, _, body = peer.reply()

    assert (status, b"secret" in body) == (500, False)
    assert reported == [error]
    assert capsys.readouterr() == ("", "")
