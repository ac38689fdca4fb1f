import socket
import threading

import pytest

from cockpit.cli.client import AwayError, Client, door, local, segment
from cockpit.errors import InputError, OpsError


def test_a_home_gives_address_and_token(server, home):
    server.on("GET /status", {"version": "1"})

    assert local(home).get("/status") == {"version": "1"}
    assert server.asked[0].headers["authorization"] == "Bearer t0ken"


def test_empty_parameters_are_left_out_and_the_others_quoted(server, home):
    server.on("GET /events", [])
    local(home).get("/events", type="", limit=5, wait=0, after="a&b")

    assert server.asked[0].query == {"limit": "5", "wait": "0", "after": "a&b"}


def test_a_list_goes_on_from_page_to_page_until_there_are_enough(server, home):
    server.on("GET /events", [1, 2], [], [3, 4], link="/events?before=x")

    assert local(home).list("/events", 9, where="w") == [1, 2, 3, 4]
    assert [one.query for one in server.asked] == [
        {"where": "w", "limit": "9"},
        {"before": "x"},
        {"before": "x"},
    ]
    server.on("GET /events", [1, 2], [3, 4], [5], link="/events?before=x")
    assert local(home).list("/events", 3) == [1, 2, 3]


def test_a_body_goes_out_with_its_kind(server, home):
    server.on("POST /stor/mail", {"digest": "d"}, status=201)
    done = local(home).post("/stor/mail", b"\0\xff", kind="image/png")

    assert done == {"digest": "d"}
    assert server.asked[0].body == b"\0\xff"
    assert server.asked[0].headers["content-type"] == "image/png"


@pytest.mark.parametrize(
    ("status", "document", "text"),
    [
        (400, {"title": "Bad", "detail": "type: 'x' is no type"}, "type: 'x' is no type"),
        (404, {"title": "Not Found", "detail": "no event x"}, "no event x"),
        (503, {"title": "Service Unavailable"}, "Service Unavailable"),
        (500, b"", "the answer is 500"),
        (502, b"<html>proxy</html>", "no JSON"),
    ],
)
def test_every_refusal_is_trouble_with_its_reason(server, home, status, document, text):
    server.on("GET /x", document, status=status)

    with pytest.raises(OpsError, match=text):
        local(home).get("/x")


def test_a_refused_token_names_the_variable(server):
    with pytest.raises(OpsError, match="COCKPIT_TOKEN"):
        Client(f"http://{server.address}", "wrong").get("/status")


def test_white_space_around_a_token_does_not_count(server, home):
    server.on("GET /status", {})
    (home / "run" / "token").write_text("t0ken\n")

    assert local(home).get("/status") == {}


@pytest.mark.parametrize(("url", "token"), [("localhost:8080", "t"), ("http://x", "tök\nen")])
def test_what_cannot_be_an_address_or_token_is_refused_before_any_request(url, token):
    with pytest.raises(InputError):
        Client(url, token)


@pytest.mark.parametrize(
    "url", ["http://", "http://[::1", "http://127.0.0.1:99999", "http://a b", "http://h:x"]
)
def test_an_address_that_no_host_can_have_is_wrong_input_and_quoted(url):
    with pytest.raises(InputError) as caught:
        Client(url, "t").get("/status")

    assert f"--url: {url!r}" in str(caught.value)


def test_nobody_at_the_address_is_told_with_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"http://127.0.0.1:{free.getsockname()[1]}"

    with pytest.raises(OpsError, match=f"{address} .*refused.*cockpit start"):
        Client(address, "t").get("/status")


def test_a_home_where_nothing_runs_is_told_with_what_to_do(tmp_path):
    with pytest.raises(OpsError, match=f"no cockpit is running in {tmp_path}.*cockpit start"):
        door(tmp_path, "http")


@pytest.mark.parametrize("text", ["", '{"http": 3}', "{}", "[]"])
def test_a_broken_address_file_is_told_by_name(home, text):
    (home / "run" / "addresses.json").write_text(text)

    with pytest.raises(OpsError, match=r"addresses\.json"):
        door(home, "http")


@pytest.mark.usefixtures("server")
def test_a_missing_token_is_told_by_name(home):
    (home / "run" / "token").unlink()

    with pytest.raises(OpsError, match="run/token"):
        local(home)


def test_an_id_stays_one_part_of_the_path():
    assert segment("a!b?c#d e") == "a%21b%3Fc%23d%20e"


def test_an_empty_id_is_refused():
    with pytest.raises(InputError, match="id"):
        segment(" ")


@pytest.mark.parametrize("name", [".", "..", "../zz", "a/../b"])
def test_an_id_that_leads_elsewhere_is_refused(name):
    with pytest.raises(InputError, match="is no name"):
        segment(name)


def test_a_stream_is_given_as_it_comes_and_says_what_was_seen(server, home):
    server.on("GET /events/live", b"data: 1\n\n")

    assert (
        b"".join(local(home).stream("/events/live", last="eco-1-0", type="eco")) == b"data: 1\n\n"
    )
    assert server.asked[0].headers["last-event-id"] == "eco-1-0"
    assert server.asked[0].query == {"type": "eco"}


def test_a_stream_that_is_refused_says_why(server, home):
    server.on("GET /events/live", {"detail": "where: no CEL"}, status=400)

    with pytest.raises(OpsError, match="no CEL"):
        list(local(home).stream("/events/live"))


def test_a_stream_that_breaks_off_is_away():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        pieces = Client(f"http://{host}:{port}", "t").stream("/events/live")

        def answer():
            peer, _ = listening.accept()
            with peer:
                peer.recv(4096)
                peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        assert next(pieces) == b"ab"
        with pytest.raises(AwayError, match="hung up"):
            next(pieces)
        thread.join()


def test_who_cannot_answer_now_is_away(server, home):
    server.on("GET /x", {"detail": "Redis is away"}, status=503)

    with pytest.raises(AwayError, match="Redis is away"):
        local(home).get("/x")
