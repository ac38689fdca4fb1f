import contextlib
import datetime as dt
import ipaddress
import socket
import ssl

import gevent
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from gevent.server import StreamServer

from cockpit.errors import InputError, OpsError
from cockpit.robot.post import write
from cockpit.robot.poster import TEXT_BYTES, Poster, look_up
from receiver import Receiver

LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]


def a_post(url, body=b"hello", **more):
    return write(url, body, post_id="msg_1", epoch=1000, **more)


def send(url, poster=None, *, timeout_s=20, **more):
    return (poster or Poster(LOOPBACK)).send(a_post(url, **more), timeout_s=timeout_s)


@contextlib.contextmanager
def speaking(handle):
    """Serve connections as `handle(socket)` does; lends the port."""
    server = StreamServer(("127.0.0.1", 0), lambda client, _: handle(client))
    server.start()
    try:
        yield server.server_port
    finally:
        server.stop(timeout=1)


def test_a_request_arrives_and_its_reply_comes_back():
    with Receiver((202, {"X-A": "1", "x-b": "2"}, "jé".encode())) as receiver:
        reply = send(receiver.url("/a?b=1"), headers={"X-C": "3"})
        ((path, headers, body),) = receiver.received

    assert (path, body, headers["x-c"]) == ("/a?b=1", b"hello", "3")
    assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert (reply.status, reply.text, reply.to) == (202, "jé", receiver.url(""))
    assert (reply.headers["x-a"], reply.headers["x-b"]) == ("1", "2")


def test_a_redirect_is_not_followed():
    with Receiver((302, {"Location": "/other"}, b"")) as receiver:
        assert send(receiver.url()).status == 302
        assert len(receiver.received) == 1


def test_no_proxy_of_the_environment_is_asked(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with Receiver() as receiver:
        assert send(receiver.url()).status == 204


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{}/", "http://127.1:{}/", "http://2130706433:{}/", "http://localhost:{}/"],
)
def test_a_private_address_is_refused_however_it_is_written(url):
    with Receiver() as receiver:
        with pytest.raises(InputError, match=r"127\.0\.0\.1 is this machine.*robot\.post_private"):
            send(url.format(receiver.port), Poster(look_up=ipv4))
        assert receiver.received == []


def ipv4(host, port):
    return [one for one in look_up(host, port) if ":" not in one]


def test_a_name_is_looked_up_once_and_only_its_public_addresses_are_tried():
    asked = []

    def rebinding(host, port):
        asked.append((host, port))
        return ["10.0.0.1", "127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with Receiver() as receiver:
        reply = send(receiver.url(host="hooks.example"), Poster(LOOPBACK, look_up=rebinding))
        (received,) = receiver.received

    assert asked == [("hooks.example", receiver.port)]
    assert reply.status == 204
    assert received.headers["host"] == f"hooks.example:{receiver.port}"


def test_each_address_that_is_refused_is_told():
    poster = Poster(look_up=lambda *_: ["10.0.0.1", "::1"])

    with pytest.raises(InputError, match=r"10\.0\.0\.1 is private; ::1 is this machine"):
        send("http://hooks.example/", poster)


def test_an_address_that_takes_no_connection_is_passed_over():
    with Receiver() as receiver:
        poster = Poster(LOOPBACK, look_up=lambda *_: ["127.0.0.2", "127.0.0.1"])

        assert send(receiver.url(host="hooks.example"), poster).status == 204


def closed_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def unknown(*_):
    raise socket.gaierror(-2, "Name or service not known")


@pytest.mark.parametrize(
    ("url", "poster", "why"),
    [
        (f"http://127.0.0.1:{closed_port()}/s3cret", Poster(LOOPBACK), "refused"),
        ("http://nosuch.example/?s3cret", Poster(look_up=unknown), "not known"),
    ],
)
def test_whoever_cannot_be_reached_is_trouble_and_only_the_host_is_told(url, poster, why):
    with pytest.raises(OpsError, match=why) as trouble:
        send(url, poster)

    assert "s3cret" not in str(trouble.value)


@pytest.mark.parametrize(
    "said",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
)
def test_what_is_no_reply_is_trouble(said):
    def handle(client):
        client.recv(65536)
        client.sendall(said)
        client.close()

    with speaking(handle) as port, pytest.raises(OpsError, match="post: http://127"):
        send(f"http://127.0.0.1:{port}/")


def test_the_time_counts_for_all_of_it():
    def drip(client):
        client.recv(65536)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                client.sendall(b"x")
                gevent.sleep(0.01)

    with speaking(drip) as port, pytest.raises(OpsError, match=r"took longer than 0\.2 s"):
        send(f"http://127.0.0.1:{port}/", timeout_s=0.2)


def test_the_time_counts_while_a_name_is_looked_up():
    poster = Poster(look_up=lambda *_: gevent.sleep(60))

    with pytest.raises(OpsError, match=r"took longer than 0\.05 s"):
        send("http://hooks.example/", poster, timeout_s=0.05)


def test_a_reply_is_cut():
    more = {f"X-{n}": "x" * 1000 for n in range(50)}
    with Receiver((200, more, b"x" * (TEXT_BYTES + 1000))) as receiver:
        reply = send(receiver.url())

    assert len(reply.text) == TEXT_BYTES
    assert 0 < sum(len(name) + len(value) for name, value in reply.headers.items()) <= 16 * 1024


def test_a_header_that_stands_twice_is_one():
    def handle(client):
        client.recv(65536)
        client.sendall(b"HTTP/1.1 204 No Content\r\nX-A: 1\r\nx-a: 2\r\n\r\n")
        client.close()

    with speaking(handle) as port:
        assert send(f"http://127.0.0.1:{port}/").headers == {"x-a": "1, 2"}


def a_certificate(folder, *names):
    """Write a certificate that signs itself, and its key; returns the file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    path = folder / "cert.pem"
    path.write_bytes(
        made.public_bytes(pem) + key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    )
    return path


@pytest.fixture
def secure(tmp_path):
    """A receiver for hooks.example and 127.0.0.1 with TLS, and its certificate."""
    path = a_certificate(
        tmp_path,
        x509.DNSName("hooks.example"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    asked = []
    context.sni_callback = lambda _socket, name, _context: asked.append(name)
    with Receiver(tls=context) as receiver:
        yield receiver, path, asked


def believing(path):
    return Poster(
        LOOPBACK,
        look_up=lambda *_: ["127.0.0.1"],
        trust=lambda: ssl.create_default_context(cafile=str(path)),
    )


def test_tls_asks_for_the_name_and_checks_it(secure):
    receiver, path, asked = secure

    assert send(receiver.url(host="hooks.example"), believing(path)).status == 204
    assert send(receiver.url(host="127.0.0.1"), believing(path)).status == 204
    assert asked == ["hooks.example", None]
    assert receiver.received[0].headers["host"] == f"hooks.example:{receiver.port}"


def test_a_certificate_of_another_name_is_trouble(secure):
    receiver, path, _ = secure

    with pytest.raises(OpsError, match="CERTIFICATE_VERIFY_FAILED"):
        send(receiver.url(host="other.example"), believing(path))
    assert receiver.received == []


def test_a_certificate_that_nobody_signed_is_trouble(secure):
    receiver, _, _ = secure
    poster = Poster(LOOPBACK, look_up=lambda *_: ["127.0.0.1"])

    with pytest.raises(OpsError, match="CERTIFICATE_VERIFY_FAILED"):
        send(receiver.url(host="hooks.example"), poster)
    assert receiver.received == []


def test_addresses_are_looked_up_without_repeats():
    assert look_up("127.0.0.1", 80) == ["127.0.0.1"]
    assert look_up("::1", 80) == ["::1"]
