import http.client

import gevent
import msgspec
import pytest
from gevent.event import Event

from cockpit.errors import InputError, OpsError
from cockpit.rest import Server
from cockpit.rest.waiting import STOPPING

TOKEN = "the-token"
GET = ("GET / HTTP/1.1", "Host: x")


def hello(_env, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def test_a_kept_connection_publishes_and_reads_back(opened, app):
    open_server, _ = opened
    server = open_server(app)
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    alarm = {"type": "alarm", "service": "web!main", "method": "monitor"}
    connection = http.client.HTTPConnection(server.address, timeout=20)
    answers = []
    for method, path, body in (
        ("POST", "/events", msgspec.json.encode(alarm)),
        ("GET", "/events?limit=1", None),
        ("GET", "/nothing", None),
        ("GET", "/health/live", None),
    ):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answers.append((answer.status, msgspec.json.decode(answer.read())))
    n_connections = server.n_connections
    connection.close()

    assert [status for status, _ in answers] == [201, 200, 404, 200]
    assert answers[1][1][0]["id"] == answers[0][1]["id"]
    assert n_connections == 1


def test_a_body_over_the_limit_is_a_problem_like_any_other(opened, app):
    open_server, open_peer = opened
    peer = open_peer(open_server(app, max_body_bytes=1000))
    peer.send(
        *("POST /stor/mail HTTP/1.1", "Host: x", f"Authorization: Bearer {TOKEN}"),
        "Transfer-Encoding: chunked",
        body=b"800\r\n" + b"x" * 2048 + b"\r\n0\r\n\r\n",
    )
    status, headers, body = peer.reply()

    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert "1000 bytes" in msgspec.json.decode(body)["detail"]


def test_a_server_knows_whether_it_is_open():
    server = Server("127.0.0.1:0", hello, report=pytest.fail)
    told = [server.is_open]
    server.start()
    told.append(server.is_open)
    server.stop(0)

    assert [*told, server.is_open] == [False, True, False]


def test_what_came_to_no_request_is_counted(opened):
    open_server, open_peer = opened
    server = open_server(hello, max_connections=1, timeout_s=0.2)
    first = open_peer(server)
    first.send(body=b"nonsense\r\n\r\n")
    assert first.reply()[0] == 400
    assert first.is_hung_up()
    while server.n_connections:
        gevent.sleep(0)
    slow = open_peer(server)
    slow.send(body=b"GET / HTTP/1.1\r\nHost: ")
    assert open_peer(server).reply()[0] == 503
    assert slow.reply()[0] == 408

    assert server.counters == {"turned_away": 1, "unreadable": 1, "timed_out": 1}


def test_a_port_that_is_taken_is_named(opened):
    open_server, _ = opened
    taken = open_server(hello).address
    second = Server(taken, hello, report=pytest.fail)
    with pytest.raises(OpsError) as refusal:
        second.start()

    assert str(refusal.value) == f"http.listen {taken}: port is taken"
    second.stop(0)


@pytest.mark.parametrize("listen", ["8080", "127.0.0.1:", ":8080", "127.0.0.1:x", "h:99999"])
def test_an_address_that_is_none_is_refused(listen):
    with pytest.raises(InputError, match="expected host:port"):
        Server(listen, hello, report=pytest.fail).start()


def test_an_address_of_another_machine_is_named():
    with pytest.raises(OpsError, match=r"http.listen 192.0.2.1:0: this machine has no such"):
        Server("192.0.2.1:0", hello, report=pytest.fail).start()


def test_before_the_start_the_address_is_the_configured_one():
    assert Server("127.0.0.1:0", hello, report=pytest.fail).address == "127.0.0.1:0"


def test_one_peer_too_many_is_turned_away(opened):
    open_server, open_peer = opened
    server = open_server(hello, max_connections=1)
    first, second = open_peer(server), open_peer(server)
    first.send(*GET)
    first_status = first.reply()[0]
    second.send(*GET)
    status, headers, _ = second.reply()

    assert (first_status, status, headers["retry-after"]) == (200, 503, "5")


def test_stopping_lets_a_running_request_end_and_takes_no_other(opened):
    open_server, open_peer = opened
    begun, go_on = Event(), Event()

    def slow(env, start_response):
        begun.set()
        go_on.wait(20)
        return hello(env, start_response)

    server = open_server(slow)
    running, idle = open_peer(server), open_peer(server)
    running.send(*GET)
    begun.wait(20)
    stopping = gevent.spawn(server.stop, 20)
    hung_up = idle.is_hung_up()
    go_on.set()
    status, headers, body = running.reply()
    stopping.join(timeout=10)

    assert hung_up
    assert (status, headers["connection"], body) == (200, "close", b"hello")
    assert stopping.successful()
    with pytest.raises(OSError, match="refused"):
        open_peer(server)


def test_stopping_ends_those_that_wait_for_news(opened):
    open_server, open_peer = opened
    begun = Event()

    def patient(env, start_response):
        begun.set()
        env[STOPPING].wait(20)
        return hello(env, start_response)

    server = open_server(patient)
    peer = open_peer(server)
    peer.send(*GET)
    begun.wait(20)
    server.stop(10)

    assert peer.reply()[0] == 200


def test_after_the_grace_a_request_is_cut_off(opened):
    open_server, open_peer = opened
    begun = Event()

    def endless(_env, _start_response):
        begun.set()
        Event().wait()

    server = open_server(endless)
    peer = open_peer(server)
    peer.send(*GET)
    begun.wait(20)
    server.stop(0.05)

    assert server.n_connections == 0
    assert peer.reply()[0] in {0, 500}
