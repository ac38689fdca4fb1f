# mypy: allow-untyped-calls
# pywsgi has no annotations.
"""The HTTP server: listens, gives every peer a greenlet, and stops without losing a request."""

import errno
import socket
from collections.abc import Callable, Mapping
from typing import Any

from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

from cockpit.errors import InputError, OpsError
from cockpit.rest.budget import Budget
from cockpit.rest.connection import Connection, Terms
from cockpit.rest.tls import Certificate

_BACKLOG = 1024
_MEMORY_BYTES = 256 * 1024 * 1024
_MAX_PORT = 65535
_WHY = {
    errno.EADDRINUSE: "port is taken",
    errno.EACCES: "not allowed (ports under 1024 need root)",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


class Server:
    """The HTTP server.

    Args:
        listen: `host:port`; port 0 takes a free one; IPv6 hosts in brackets.
        application: A WSGI application.
        max_connections: More get 503, and are not served.
        max_body_bytes: The largest request body; more gets 413.
        timeout_s: How long a peer may take for the head of a request (and stay silent before it),
            for each piece of a body, and to take each piece of a response.
        certificate: With it, the server speaks TLS and nothing else.
        report: Told about unexpected exceptions.
    """

    def __init__(
        self,
        listen: str,
        application: Callable[..., Any],
        *,
        max_connections: int = 1000,
        max_body_bytes: int = 25 * 1024 * 1024,
        timeout_s: float = 30.0,
        certificate: Certificate | None = None,
        report: Callable[[BaseException], None],
    ) -> None:
        self._listen = listen
        self._application = application
        self._certificate = certificate
        self._terms = Terms(
            max_connections=max_connections,
            max_body_bytes=max_body_bytes,
            timeout_s=timeout_s,
            report=report,
            budget=Budget(max(_MEMORY_BYTES, 2 * max_body_bytes)),
        )
        self._greenlets = Pool()
        self._server: WSGIServer | None = None

    @property
    def address(self) -> str:
        """The bound `host:port`; as configured before `start`."""
        if self._server is None:
            return self._listen
        host, port = self._server.address[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def scheme(self) -> str:
        """What its address begins with: `http`, or `https` with a certificate."""
        return "https" if self._certificate else "http"

    @property
    def is_open(self) -> bool:
        """Whether it takes connections."""
        return self._server is not None and not self._terms.stopping.is_set()

    @property
    def counters(self) -> Mapping[str, int]:
        """Since the start: `turned_away` (over max_connections), `unreadable`, `timed_out`."""
        return self._terms.counters

    @property
    def n_connections(self) -> int:
        """How many peers are connected."""
        return len(self._terms.open)

    def start(self) -> None:
        """Bind and accept.

        Raises:
            InputError: `listen` is not `host:port`, or the certificate is none.
            OpsError: The address cannot be bound, or the certificate cannot be read.
        """
        if self._certificate:
            self._certificate.load()
        listener = _bind(self._listen)
        host, port = listener.getsockname()[:2]
        self._server = _Listener(
            listener,
            self._application,
            certificate=self._certificate,
            spawn=self._greenlets,
            handler_class=self._connection,
            log=None,
            error_log=None,
            # Told here, or pywsgi asks the DNS for the name of this machine.
            environ={
                "SERVER_NAME": host,
                "SERVER_PORT": str(port),
                "wsgi.url_scheme": self.scheme,
            },
        )
        self._server.start()

    def stop(self, grace_s: float) -> None:
        """Stop accepting, let running requests end, then end the rest.

        Args:
            grace_s: How long running requests may take; those that wait for news end at once.
        """
        if self._server is None:
            return
        self._terms.stopping.set()
        self._server.close()
        for connection in list(self._terms.open):
            if connection.is_idle:
                connection.hang_up()
        self._greenlets.join(timeout=grace_s)
        self._greenlets.kill(timeout=1)

    def _connection(self, sock: socket.socket, address: Any, server: WSGIServer) -> Connection:
        return Connection(sock, address, server, self._terms)


class _Listener(WSGIServer):
    """pywsgi's server; what it accepts speaks TLS when there is a certificate."""

    def __init__(self, *args: Any, certificate: Certificate | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._certificate = certificate

    def handle(self, sock: socket.socket, address: Any) -> None:
        """Serve one peer, in a greenlet of its own."""
        if self._certificate is None:
            super().handle(sock, address)
            return
        try:
            secret = self._certificate.wrap(sock)
        except OSError:
            return  # It does not speak TLS, or is too slow.
        with secret:
            super().handle(secret, address)


def _bind(listen: str) -> socket.socket:
    host, _, port = listen.rpartition(":")
    if not (host and port.isascii() and port.isdigit()) or int(port) > _MAX_PORT:
        raise InputError(f"http.listen {listen!r}: expected host:port, like 127.0.0.1:8080")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host.strip("[]"), int(port)), family=family, backlog=_BACKLOG)
    except OSError as fault:
        why = _WHY.get(fault.errno or 0, fault.strerror or str(fault))
        raise OpsError(f"http.listen {listen}: {why}") from fault
