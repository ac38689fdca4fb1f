"""Whoever is posted to: a real HTTP server on loopback that replies as it is told."""

import ssl
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, NamedTuple, Self


class Received(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Keeps what comes in.

    Args:
        replies: `(status, headers, body)` one after the other; the last one repeats. A status of 0
            says nothing until the receiver is closed.
    """

    def __init__(
        self, *replies: tuple[int, dict[str, str], bytes], tls: ssl.SSLContext | None = None
    ) -> None:
        self.received: list[Received] = []
        self._replies = list(replies) or [(204, {}, b"")]
        self._closing = Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self.scheme = "https" if tls else "http"
        self.port = self._server.server_port
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"

    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.received]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                status, more, text = receiver._next(Received(self.path, headers, body))
                if status:
                    self._reply(status, more.items(), text)

            def _reply(self, status: int, more: Iterable[tuple[str, str]], text: bytes) -> None:
                self.send_response(status)
                for name, value in more:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        return Handler

    def _next(self, received: Received) -> tuple[int, dict[str, str], bytes]:
        self.received.append(received)
        reply = self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]
        if not reply[0]:
            self._closing.wait()
        return reply
