import contextlib
import http.client
import socket
import ssl

import gevent
import pytest

from certificates import write
from cockpit.errors import InputError, OpsError
from cockpit.rest.tls import Certificate


@pytest.fixture
def now():
    return [100.0]


@pytest.fixture
def told():
    return []


@pytest.fixture
def certificate(tmp_path, now, told):
    write(tmp_path)
    return Certificate(
        tmp_path / "cert.pem",
        tmp_path / "key.pem",
        timeout_s=0.5,
        report=told.append,
        clock=lambda: now[0],
    )


def hello(_env, start_response):
    start_response("200 OK", [("Content-Length", "5")])
    return [b"hello"]


def ask(server, folder):
    """Ask over TLS; returns the answer and the name in the certificate."""
    context = ssl.create_default_context(cafile=folder / "cert.pem")
    host, port = server.address.split(":")
    plain = socket.create_connection((host, int(port)), timeout=20)
    with context.wrap_socket(plain, server_hostname="localhost") as sock:
        name = dict(pair for (pair,) in sock.getpeercert()["subject"])["commonName"]
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = http.client.HTTPResponse(sock)
        answer.begin()
        return answer.read(), name


def test_a_request_comes_in_over_tls(opened, certificate, tmp_path):
    open_server, _ = opened
    server = open_server(hello, certificate=certificate)

    assert ask(server, tmp_path) == (b"hello", "one")


def test_a_renewed_certificate_counts_without_a_restart(opened, certificate, tmp_path, now):
    open_server, _ = opened
    server = open_server(hello, certificate=certificate)
    write(tmp_path, "two")
    now[0] += 1

    assert ask(server, tmp_path) == (b"hello", "two")


def test_files_that_are_no_good_leave_the_one_in_use(opened, certificate, tmp_path, now, told):
    open_server, _ = opened
    server = open_server(hello, certificate=certificate)
    good = (tmp_path / "cert.pem").read_text()
    (tmp_path / "cert.pem").write_text("half a certif")
    now[0] += 1
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "cert.pem").write_text(good)

    assert ask(server, tmp_path / "good") == (b"hello", "one")

    now[0] += 1
    ask(server, tmp_path / "good")

    assert [type(error) for error in told] == [OpsError]


def test_files_that_are_gone_are_told_once(opened, certificate, tmp_path, now, told):
    open_server, _ = opened
    server = open_server(hello, certificate=certificate)
    (tmp_path / "good").mkdir()
    (tmp_path / "cert.pem").rename(tmp_path / "good" / "cert.pem")
    for _ in range(3):
        now[0] += 1
        ask(server, tmp_path / "good")

    assert [type(error) for error in told] == [OpsError]


def drip(sock):
    """Begin a handshake, and go on byte by byte."""
    for byte in b"\x16\x03\x01\x02\x00" + bytes(200):
        sock.sendall(bytes([byte]))
        gevent.sleep(0.05)


def test_a_handshake_has_one_time_out_however_it_drips(opened, certificate):
    open_server, _ = opened
    host, port = open_server(hello, certificate=certificate).address.split(":")
    slow = socket.create_connection((host, int(port)), timeout=20)
    with slow, pytest.raises(OSError, match=r"reset|pipe"):
        drip(slow)


@pytest.mark.parametrize("first", [b"GET / HTTP/1.1\r\n\r\n", b""], ids=["plain", "silent"])
def test_who_does_not_speak_tls_is_hung_up_on_and_others_are_served(
    opened, certificate, tmp_path, first
):
    open_server, _ = opened
    server = open_server(hello, certificate=certificate)
    host, port = server.address.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as stranger:
        stranger.sendall(first)

        assert ask(server, tmp_path) == (b"hello", "one")
        with contextlib.suppress(ConnectionResetError):
            while stranger.recv(1000):
                pass


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda folder: (folder / "cert.pem").write_text("x"), InputError),
        (lambda folder: write(folder, password=b"x"), InputError),
        (lambda folder: (folder / "key.pem").unlink(), OpsError),
    ],
    ids=["no-certificate", "password", "no-key"],
)
def test_what_cannot_be_used_is_told_at_the_start(certificate, tmp_path, spoil, error):
    spoil(tmp_path)
    with pytest.raises(error, match=r"\.pem") as told:
        certificate.load()

    assert "None" not in str(told.value)
