# mypy: allow-untyped-calls
# pywsgi has no annotations, and behind super() mypy does not see that the call is into gevent.
"""One HTTP connection: pywsgi's, made strict, quiet, and patient only for so long.

See: RFC 9112 §6.1 and §6.3: two ways to tell a body's length are two ways to understand it, and
somebody smuggles a request in between; RFC 9112 §9.6 on closing.
"""

import contextlib
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import gevent
from gevent.event import Event
from gevent.pywsgi import WSGIHandler, WSGIServer

from cockpit.rest.body import PIECE_BYTES, Body
from cockpit.rest.budget import Budget
from cockpit.rest.head import Fields, TooLargeError, read_fields
from cockpit.rest.problem import MEDIA_TYPE, problem
from cockpit.rest.waiting import STOPPING

COUNTERS = ("turned_away", "unreadable", "timed_out")
_URI_TOO_LONG = "414"
_LINGER_S = 1.0
_LINGER_READS = 64


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What all connections of a server share; see `Server` for the limits.

    Attributes:
        stopping: Set when the server stops: no connection takes another request.
        open: The connections that there are.
        counters: What came to no request; see `Server.counters`.
    """

    max_connections: int
    max_body_bytes: int
    timeout_s: float
    report: Callable[[BaseException], None]
    budget: Budget
    stopping: Event = field(default_factory=Event)
    open: set["Connection"] = field(default_factory=set)
    counters: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))


class Connection(WSGIHandler):
    """The requests of one peer, one after the other.

    Attributes:
        is_idle: It waits for a request, or for the rest of its head.
    """

    wsgi_input: Body

    def __init__(self, sock: socket.socket, address: Any, server: WSGIServer, terms: Terms) -> None:
        super().__init__(sock, address, server)
        self._terms = terms
        self._deadline = gevent.Timeout(terms.timeout_s, TimeoutError)
        self.is_idle = False

    def handle(self) -> None:
        """Serve the peer to its end."""
        terms = self._terms
        try:
            # Without it every request of a kept connection takes 44 ms: Nagle and delayed ACK.
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.socket.settimeout(terms.timeout_s)
            if len(terms.open) >= terms.max_connections:
                self._turn_away()
                return
            terms.open.add(self)
            super().handle()
        except OSError:
            return  # The peer is gone.
        except Exception as fault:  # noqa: BLE001 - the edge: one connection never hurts the rest
            terms.report(fault)
        finally:
            terms.open.discard(self)

    def hang_up(self) -> None:
        """End whatever waits on the socket."""
        with contextlib.suppress(OSError, AttributeError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def handle_one_request(self) -> Any:
        """Serve one request; its head must be whole within the time-out."""
        if self._terms.stopping.is_set():
            return None
        self._deadline = gevent.Timeout.start_new(self._terms.timeout_s, TimeoutError)
        self.is_idle = True
        try:
            found = super().handle_one_request()
        finally:
            self._deadline.close()
        if not isinstance(found, tuple):
            return found
        status, answer = found
        if status == _URI_TOO_LONG:
            answer = last_words("414 URI Too Long", "an address may have 8192 octets")
        self.socket.sendall(answer)
        linger(self.socket)
        return None

    def MessageClass(self, rfile: Any, *args: Any) -> Fields:  # noqa: N802 - pywsgi's name
        """Read the header fields.

        Raises:
            ValueError: They are none, or too large; the length of the body is told twice, or as
                nobody tells it; the host is not told once (RFC 9112 §3.2).
        """
        if self.request_version == "HTTP/0.9":
            raise ValueError("the request has no version")
        headers = read_fields(rfile.readline)
        lengths = headers.get_all("Content-Length")
        codings = headers.get_all("Transfer-Encoding")
        if self.request_version == "HTTP/1.1" and len(headers.get_all("Host")) != 1:
            raise ValueError("the header Host is not there, or more than once")
        if len(lengths) + len(codings) > 1:
            raise ValueError("the length of the body is told more than once")
        if not all(length.isascii() and length.isdigit() for length in lengths):
            raise ValueError("Content-Length is no number")
        if not all(coding.lower() == "chunked" for coding in codings):
            raise ValueError("a Transfer-Encoding that is not chunked")
        return headers

    def get_environ(self) -> dict[str, Any]:
        """Describe the request to the application; its head is whole now."""
        self._deadline.close()
        self.is_idle = False
        env: dict[str, Any] = super().get_environ()
        self.wsgi_input = Body(
            self.wsgi_input,
            max_bytes=self._terms.max_body_bytes,
            timeout_s=self._terms.timeout_s,
            budget=self._terms.budget,
        )
        return env | {
            "wsgi.input": self.wsgi_input,
            "wsgi.input_terminated": True,
            STOPPING: self._terms.stopping,
        }

    def start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Any:
        """Begin a response; the last one of a connection says so."""
        body = self.wsgi_input
        if self._terms.stopping.is_set() or body.is_broken or body.is_too_long_to_discard:
            headers = [*headers, ("Connection", "close")]
        return super().start_response(status, headers, exc_info)

    def handle_one_response(self) -> None:
        """Answer one request."""
        try:
            super().handle_one_response()
        finally:
            self.wsgi_input.release()
        if self.wsgi_input.is_broken:
            self.close_connection = True
            linger(self.socket)

    def log_request(self) -> None:
        """Log nothing: what happened is in the trail."""

    def handle_error(
        self,
        t: type[BaseException],
        v: BaseException,
        tb: TracebackType | None,
    ) -> None:
        """End the connection; report what is neither the peer's doing nor our stopping."""
        self.close_connection = True
        if isinstance(v, OSError) or not isinstance(v, Exception):
            return
        self._terms.report(v)
        self._send_error_response_if_possible(500)

    def _handle_client_error(self, ex: Exception) -> tuple[str, bytes]:
        """Answer a request that cannot be read; pywsgi would print it."""
        self._terms.counters["timed_out" if isinstance(ex, TimeoutError) else "unreadable"] += 1
        if isinstance(ex, TimeoutError):
            status, detail = "408 Request Timeout", "too slow"
        elif isinstance(ex, TooLargeError):
            status, detail = "431 Request Header Fields Too Large", f"{ex}"
        elif isinstance(ex, ValueError):
            status, detail = "400 Bad Request", f"{ex}"[:200]
        else:
            status, detail = "400 Bad Request", "the head of the request cannot be read"
        return status[:3], last_words(status, detail)

    def _turn_away(self) -> None:
        self._terms.counters["turned_away"] += 1
        status, detail = "503 Service Unavailable", "too many connections, try again later"
        self.socket.sendall(last_words(status, detail, "Retry-After: 5"))
        linger(self.socket)
        self.rfile.close()

    def _sendall(self, data: bytes | bytearray) -> None:
        """Send in pieces: the time-out is for each, so that a large answer may take its time."""
        # PERF: most answers go out in one call; sendall asks the kernel for its buffer first.
        rest = memoryview(data)[self.socket.send(data[:PIECE_BYTES]) :]
        if not rest:
            return
        while len(rest) > PIECE_BYTES:
            super()._sendall(rest[:PIECE_BYTES])
            rest = rest[PIECE_BYTES:]
        super()._sendall(rest)


def last_words(status: str, detail: str, *fields: str) -> bytes:
    """Return a whole response after which the connection ends."""
    body = problem(status, detail)
    head = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *fields,
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def linger(sock: socket.socket) -> None:
    """Read what the peer still sends: closing on unread bytes would lose the last response."""
    with contextlib.suppress(OSError), gevent.Timeout(_LINGER_S, False):
        sock.shutdown(socket.SHUT_WR)
        for _ in range(_LINGER_READS):
            if not sock.recv(PIECE_BYTES):
                return
