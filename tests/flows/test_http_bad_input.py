"""What nobody should send: the whole product answers, its memory is bounded, others are served."""

import contextlib
import gzip
import json
import resource
import socket
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import gevent
import pytest

from flows.product import Product, until

MB = 1024 * 1024
PIECE = b"x" * 65536
ALARM = {"type": "alarm", "service": "web!main", "method": "monitor", "epoch": 7}
SECRETS = {"webhooks_generic_secret": "s3cret", "webhooks_sentry_keys": "k3y"}
BEARER = {"Authorization": "Bearer s3cret"}


class Desk:
    """A running cockpit, and what it costs to ask it."""

    def __init__(self, product: Product) -> None:
        self.product = product
        host, _, port = product.addresses()["http"].rpartition(":")
        self.address = (host, int(port))
        self.token = (product.home / "run" / "token").read_text()

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, timeout=60)

    def send(self, octets: bytes, pieces: Iterable[bytes] = ()) -> tuple[int, dict[str, Any]]:
        """Send as it stands; the status and the problem, or (0, {}) when it just hung up."""
        with self.connect() as sock:
            with contextlib.suppress(OSError):  # It need not read to the end.
                sock.sendall(octets)
                for piece in pieces:
                    sock.sendall(piece)
            return reply(sock)

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
        fields = self.fields(headers)
        return self.send(head(f"POST {path}", fields | {"Content-Length": str(len(body))}) + body)

    def fields(self, more: dict[str, str] | None = None) -> dict[str, str]:
        found = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        return found | {name.replace("_", "-"): value for name, value in (more or {}).items()}

    def peak_mb(self) -> float:
        """The most memory that the rack had since `forget`."""
        return self._memory("VmHWM")

    def forget(self) -> float:
        """Begin to measure anew; what it has now."""
        Path(f"/proc/{self._pid}/clear_refs").write_text("5")
        return self._memory("VmRSS")

    def is_serving(self) -> None:
        """Ask what anybody may, with a connection of its own."""
        url = "http://{}:{}/health/live".format(*self.address)
        with urllib.request.urlopen(url, timeout=20) as answer:
            assert answer.status == 200

    @property
    def _pid(self) -> int:
        assert self.product.rack is not None
        return int((self.product.home / "run" / "rack.pid").read_text())

    def _memory(self, name: str) -> float:
        lines = Path(f"/proc/{self._pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def head(line: str, fields: dict[str, str]) -> bytes:
    lines = [f"{line} HTTP/1.1", "Host: x", *(f"{name}: {text}" for name, text in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def reply(sock: socket.socket) -> tuple[int, dict[str, Any]]:
    """The status and JSON of an answer; (0, {}) when there is none."""
    try:
        with sock.makefile("rb") as file:
            status = file.readline().split()
            if len(status) < 2:
                return 0, {}
            size = 0
            while line := file.readline().strip():
                if line.lower().startswith(b"content-length:"):
                    size = int(line.partition(b":")[2])
            return int(status[1]), json.loads(file.read(size) or b"{}")
    except ConnectionResetError:
        return 0, {}


@contextlib.contextmanager
def running(**settings: object) -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="ckpt-") as folder:
        product = Product(Path(folder) / "home", **SECRETS, **settings)
        try:
            yield Desk(product.start())
        finally:
            product.stop()


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    """One for all: whatever a test sends must not hurt the next."""
    with running(http_timeout="2s") as found:
        yield found


@pytest.fixture(autouse=True)
def _serves_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "desk" in request.fixturenames:
        request.getfixturevalue("desk").is_serving()


PATHS = [
    ("/events", 4),
    ("/runs/simulate", 4),
    ("/stor/mail", 4),
    ("/webhooks/generic", 70),
    ("/api/7/envelope/", 70),
]


@pytest.mark.parametrize(("path", "most_mb"), PATHS)
@pytest.mark.parametrize("framing", ["told", "chunked"])
def test_a_hundred_megabytes_are_too_large_and_never_held(desk, path, most_mb, framing):
    before = desk.forget()
    if framing == "told":
        fields, pieces = {"Content-Length": str(100 * MB)}, (PIECE for _ in range(1600))
    else:
        fields = {"Transfer-Encoding": "chunked"}
        pieces = (b"10000\r\n" + PIECE + b"\r\n" for _ in range(1600))
    status, problem = desk.send(head(f"POST {path}", desk.fields(fields)), pieces)

    assert (status, problem["type"]) == (413, "urn:cockpit:problem:too-large")
    assert desk.peak_mb() - before < most_mb


def test_many_large_bodies_at_once_share_one_limit(desk):
    before = desk.forget()
    body = b"x" * (24 * MB)
    field = {"Content-Length": str(len(body))}
    octets = head("POST /webhooks/generic", field | {"Authorization": "Bearer wrong"}) + body[:-1]

    def send() -> int:
        """Send all but the last octet, so that the server holds the rest for its time-out."""
        with contextlib.suppress(OSError), desk.connect() as sock:
            sock.sendall(octets)
            return reply(sock)[0]
        return 0

    sending = [gevent.spawn(send) for _ in range(20)]
    desk.is_serving()
    found = {one.get() for one in sending}

    assert 503 in found
    assert found <= {0, 408, 503}
    assert desk.peak_mb() - before < 2 * 256 + 64


DEEP = 100_000


@pytest.mark.parametrize("path", ["/events", "/events/simulate", "/runs/simulate"])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b'{"type":"generic","args":{"a":' + b"[" * DEEP + b"]" * DEEP + b"}}",
    ],
)
def test_json_that_is_nested_too_deep_is_refused(desk, path, body):
    assert desk.post(path, body)[0] == 400


@pytest.mark.parametrize("body", [b"[" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP])
def test_a_webhook_that_is_nested_too_deep_is_refused(desk, body):
    assert desk.post("/webhooks/generic", body, **BEARER)[0] == 400


ARGS = b'{"type":"generic","args":{"n":%s}}'


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps(ALARM).encode("utf-16"), 400),
        (json.dumps(ALARM).encode("utf-32"), 400),
        (json.dumps(ALARM).encode("utf-8-sig"), 400),
        (b'{"type":"alarm","service":"\xe9!b","method":"m"}', 400),
        (b'{"type":"alarm","service":"a!b","method":"m","unknown":"\xe9"}', 400),
        (b'{"type":"alarm","service":"a\x00!b","method":"m"}', 400),
        (json.dumps(ALARM).encode() + b"\x00", 400),
        (b'{"type":"alarm","service":"a\\u0000!b","method":"m"}', 201),
        (b'{"type":"alarm","service":"\\ud800!b","method":"m"}', 400),
        (b'{"type":"alarm","service":"a!b","method":"m","epoch":' + b"9" * 400 + b"}", 400),
        (ARGS % (b"9" * 100_000), 400),
        (ARGS % b"1e999999", 400),
        (ARGS % b"NaN", 400),
        (ARGS % b"-Infinity", 400),
        (ARGS % b"-0.0", 201),
        (b"", 400),
    ],
)
def test_text_that_is_no_json_of_an_event_is_refused(desk, body, status):
    assert desk.post("/events", body)[0] == status


def test_a_name_that_stands_twice_is_told(desk):
    body = b'{"type":"alarm","service":"a!b","method":"m","service":"c!d"}'
    status, problem = desk.post("/events", body)

    assert (status, problem["detail"]) == (400, "service: stands twice in one object")


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16"])
def test_another_charset_is_415(desk, charset):
    kind = f"application/json; charset={charset}"
    status, problem = desk.post("/events", json.dumps(ALARM).encode(), Content_Type=kind)

    assert (status, problem["type"]) == (415, "urn:cockpit:problem:unsupported-media-type")


@pytest.mark.parametrize(
    "text",
    [
        "type: generic\nargs: {a: " + "[" * 10_000 + "]" * 10_000 + "}",
        "type: generic\nargs:\n a: &a [x, x]\n b: [*a, *a]",
        "type: generic\nargs: {a: 1, a: 2}",
        "type: generic\nargs: {a: \xe9}",
        "type: generic\nargs: {a: \0}",
    ],
)
def test_bad_yaml_is_refused_without_noise(desk, text):
    status, _ = desk.post("/events", text.encode("latin-1"), Content_Type="application/yaml")

    assert status == 400
    assert "Traceback" not in desk.product.errors()


BODY = json.dumps(ALARM).encode()
SIZE = b"%x" % len(BODY)
WHOLE = SIZE + b"\r\n" + BODY + b"\r\n"


@pytest.mark.parametrize(
    "octets",
    [
        WHOLE + b"0\r\n\r\n",
        SIZE + b";name=value\r\n" + BODY + b"\r\n0\r\nX-Trailer: 1\r\n\r\n",
        b"".join(b"8\r\n%s\r\n" % BODY[i : i + 8] for i in range(0, len(BODY) // 8 * 8, 8))
        + b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY) % 8, BODY[len(BODY) // 8 * 8 :]),
    ],
)
def test_chunks_are_an_event(desk, octets):
    fields = desk.fields({"Transfer-Encoding": "chunked"})
    assert desk.send(head("POST /events", fields) + octets)[0] == 201


@pytest.mark.parametrize(
    "octets",
    [
        b"xyz\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"-5\r\n" + BODY + b"\r\n0\r\n\r\n",
        b"0x" + WHOLE + b"0\r\n\r\n",
        b"f" * 17 + b"\r\n" + BODY,
        SIZE + b"\n" + BODY + b"\n0\n\n",
        SIZE + b"\r\n" + BODY + b"0\r\n\r\n",
        SIZE + b";" + b"a" * MB + b"\r\n" + BODY + b"\r\n0\r\n\r\n",
        WHOLE + b"0\r\n" + b"X: y\r\n" * 200_000 + b"\r\n",
        b"1\r\n{\r\n" * 200_000,
    ],
)
def test_broken_chunks_are_refused_and_the_connection_ends(desk, octets):
    before = desk.forget()
    fields = desk.fields({"Transfer-Encoding": "chunked"})
    status, problem = desk.send(head("POST /events", fields) + octets)

    assert (status, problem["title"]) == (400, "Bad Request")
    assert desk.peak_mb() - before < 4


TWICE = b"POST /events HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n"


@pytest.mark.parametrize(
    ("octets", "status"),
    [
        (TWICE + b"Content-Length: 2\r\n\r\n{}", 400),
        (TWICE + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"y" * MB + b"\r\n\r\n", 431),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\n"
            + b"".join(b"X-%d: y\r\n" % n for n in range(10_000))
            + b"\r\n",
            431,
        ),
        (b"GET /" + b"x" * MB + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", 400),
        (b"\0" * MB, 414),
    ],
)
def test_a_head_that_is_none_is_a_problem(desk, octets, status):
    before = desk.forget()
    found, problem = desk.send(octets)

    assert (found, problem["status"]) == (status, status)
    assert problem["type"].startswith("urn:cockpit:problem:")
    assert desk.peak_mb() - before < 4


def drip(sock: socket.socket, octets: bytes) -> None:
    """Send an octet now and then, as long as the server takes them."""
    with contextlib.suppress(OSError):
        for n in range(len(octets)):
            sock.sendall(octets[n : n + 1])
            gevent.sleep(0.2)


@pytest.mark.parametrize(
    "start",
    [b"GET /health/live HTTP/1.1\r\nX-Slow: ", b"POST /events HTTP/1.1\r\nHost: x\r\n%s\r\n"],
)
def test_whoever_sends_an_octet_now_and_then_is_cut_off_while_others_are_served(desk, start):
    field = f"Authorization: Bearer {desk.token}\r\nContent-Length: 1000\r\n".encode()
    with desk.connect() as sock:
        sock.sendall(start % field if b"%s" in start else start)
        dripping = gevent.spawn(drip, sock, b"y" * 1000)
        answering = gevent.spawn(reply, sock)
        while not answering.ready():
            desk.is_serving()
            answering.join(timeout=0.1)
        dripping.kill()

    assert answering.get()[0] == 408


BOMB = gzip.compress(b"[" + b" " * (200 * MB) + b"]")


@pytest.mark.parametrize("path", ["/webhooks/generic", "/api/7/envelope/"])
def test_what_unpacks_to_too_much_is_too_large(desk, path):
    before = desk.forget()
    fields = {"Authorization": "Bearer s3cret", "X-Sentry-Auth": "Sentry sentry_key=k3y"}
    fields |= {"Content-Encoding": "gzip", "Content-Length": str(len(BOMB))}
    status, problem = desk.send(head(f"POST {path}", fields) + BOMB)

    assert (status, problem["type"]) == (413, "urn:cockpit:problem:too-large")
    assert desk.peak_mb() - before < 80


def room_for(connections: int) -> None:
    """Let this process have so many sockets."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + 500
    assert hard == resource.RLIM_INFINITY or hard >= wanted, f"ulimit -Hn must be {wanted}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


@contextlib.contextmanager
def idle(desk: Desk, count: int) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(desk.connect()) for _ in range(count)]


def n_connected(desk: Desk) -> int:
    """How many the server says there are, the one that asks not counted."""
    with desk.connect() as sock:
        sock.sendall(head("GET /metrics", desk.fields({"Connection": "close"})))
        text = b"".join(iter(lambda: sock.recv(65536), b"")).decode()
    line = next(
        row for row in text.splitlines() if row.startswith('cockpit_connections{door="http"}')
    )
    return int(float(line.split()[1])) - 1


def test_five_thousand_idle_connections_are_held_and_others_served():
    room_for(6000)
    with running(http_max_connections=6000, http_timeout="60s") as desk:
        before = desk.forget()
        with idle(desk, 5000):
            until(lambda: n_connected(desk) == 5000, timeout_s=50, what="5,000 connections")
            desk.is_serving()
            assert desk.post("/events", BODY)[0] == 201
            grown = desk.peak_mb() - before
        until(lambda: n_connected(desk) == 0, what="their end")

    assert grown < 300


def test_those_over_the_limit_are_told_at_once_and_others_served():
    room_for(6000)
    with running(http_max_connections=500, http_timeout="60s") as desk, desk.connect() as kept:
        kept.sendall(head("GET /health/live", {}))
        assert reply(kept)[0] == 200
        before = desk.forget()
        with idle(desk, 5000) as sockets:
            refused = 0
            deadline = time.monotonic() + 50
            for sock in sockets[600:]:
                sock.settimeout(max(0.1, deadline - time.monotonic()))
                refused += reply(sock)[0] == 503
            kept.sendall(head("GET /health/live", {}))
            assert reply(kept)[0] == 200
            grown = desk.peak_mb() - before

        assert refused == 4400
        until(lambda: n_connected(desk) == 1, what="their end")
        desk.is_serving()
    assert grown < 300
