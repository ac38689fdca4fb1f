"""The gevent shell of the SMTP door: one greenlet a connection around one `Session`.

It moves octets, keeps deadlines and limits what all connections hold together; what the octets
mean is the session's business, what becomes of a mail the intake's.
"""

import contextlib
import errno
import socket
import time
from collections.abc import Callable

import gevent
from gevent.event import Event
from gevent.pool import Pool
from gevent.server import StreamServer

from cockpit.errors import InputError, OpsError
from cockpit.smtp.options import Options
from cockpit.smtp.session import Envelope, Session

_BACKLOG = 4096
_MAX_PORT = 65535
_READ_BYTES = 64 * 1024
# PERF: recv does not yield while octets are there; without a budget one fast peer keeps the hub
# (measured: p99 of the others 28 ms at 1 KB, 103 ms at 100 KB; with it 7 ms).
_BUDGET_BYTES = 64 * 1024
_COST_OF_READ_BYTES = 4096
_LINGER_READS = 16
_LINGER_S = 1.0
_COUNTERS = (
    *("connections", "messages", "stored", "deferred", "refused"),
    *("turned_away", "timed_out", "shed"),
)
_WHY = {
    errno.EADDRINUSE: "port is taken",
    errno.EACCES: "not allowed (ports under 1024 need root)",
    errno.EADDRNOTAVAIL: "this machine has no such address",
}


class _Connection:
    """A peer's socket and session; `deadline` is in seconds of the monotonic clock."""

    def __init__(self, sock: socket.socket, session: Session, deadline: float) -> None:
        self.sock = sock
        self.session = session
        self.deadline = deadline
        self.step = session.step
        self.held_bytes = 0

    def hang_up(self, line: bytes) -> None:
        """Say a last line if the peer takes it at once, and end whatever waits on the socket."""
        self.session.receive(b"")
        with contextlib.suppress(OSError):
            self.sock.settimeout(0.0)
            self.sock.send(line)
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class Door:
    """The SMTP server.

    Args:
        listen: `host:port`; port 0 takes a free one; IPv6 hosts in brackets.
        intake: Stores a message durably and gives the reply; may raise OpsError (451) or
            InputError (554). It runs in the greenlet of the connection and may block it.
        max_connections: More get 421.
        clock: Unix seconds, for `last_receive_epoch`.
        report: Told about unexpected exceptions; their mails get 451.

    Attributes:
        counters: Since the start: `connections`, `messages` (whole messages received),
            `stored` (answered 250), `deferred` (451), `refused` (5xx after the content),
            `turned_away` (over max_connections), `timed_out`, `shed` (452 for want of room).
        last_receive_epoch: When the last whole message came in; 0 for never.
    """

    def __init__(
        self,
        listen: str,
        intake: Callable[[Envelope], str],
        options: Options,
        *,
        max_connections: int = 1000,
        clock: Callable[[], float] = time.time,
        report: Callable[[BaseException], None],
    ) -> None:
        self._listen = listen
        self._intake = intake
        self._options = options
        self._max_connections = max_connections
        self._clock = clock
        self._report = report
        self._connections: set[_Connection] = set()
        self._held_bytes = 0
        self._read_buffer = bytearray(_READ_BYTES)
        self._stopping = Event()
        self._greenlets = Pool()
        self._server: StreamServer | None = None
        self._sweeper: gevent.Greenlet | None = None
        self.last_receive_epoch = 0
        self.counters = dict.fromkeys(_COUNTERS, 0)

    def change(self, options: Options, *, max_connections: int) -> None:
        """Hold other limits for the sessions that begin from now on."""
        self._options = options
        self._max_connections = max_connections

    @property
    def address(self) -> str:
        """The bound `host:port`; as configured before `start`."""
        if self._server is None:
            return self._listen
        host, port = self._server.address[:2]
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def is_open(self) -> bool:
        """Whether it takes connections."""
        return self._server is not None and not self._stopping.is_set()

    @property
    def n_connections(self) -> int:
        """How many peers are connected."""
        return len(self._connections)

    def start(self) -> None:
        """Bind and accept.

        Raises:
            InputError: `listen` is not `host:port`.
            OpsError: The address cannot be bound.
        """
        host, port = _split_listen(self._listen)
        try:
            listener = _bind(host, port)
        except OSError as fault:
            why = _WHY.get(fault.errno or 0, fault.strerror or str(fault))
            raise OpsError(f"smtp.listen {self._listen}: {why}") from fault
        self._server = StreamServer(listener, self._serve, spawn=self._greenlets)
        self._server.start()
        self._sweeper = gevent.spawn(self._sweep)
        self._sweeper.name = "smtp-sweep"

    def stop(self, grace_s: float) -> None:
        """Stop accepting, let running deliveries finish, then say 421 to the rest.

        Args:
            grace_s: How long messages that are on their way may take.
        """
        if self._server is None:
            return
        self._stopping.set()
        self._server.close()
        for connection in list(self._connections):
            if connection.session.phase == "command":
                connection.hang_up(_closing())
        self._greenlets.join(timeout=grace_s)
        for connection in list(self._connections):
            connection.hang_up(_closing())
        self._greenlets.kill(timeout=_LINGER_S)
        if self._sweeper is not None:
            self._sweeper.join()

    def _serve(self, sock: socket.socket, address: tuple[str, int]) -> None:
        """Serve one connection to its end; the server closes the socket."""
        self.counters["connections"] += 1
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if len(self._connections) >= self._max_connections:
                self.counters["turned_away"] += 1
                sock.sendall(b"421 4.7.0 too many connections, try again later\r\n")
                return
            session = Session(self._options, address[0])
            deadline = time.monotonic() + self._options.command_timeout_s
            self._converse(_Connection(sock, session, deadline))
        except OSError:
            return  # The peer is gone, or the sweep hung up.
        except Exception as fault:  # noqa: BLE001 - the edge: one connection never hurts the rest
            self._report(fault)

    def _converse(self, connection: _Connection) -> None:
        sock, session = connection.sock, connection.session
        self._connections.add(connection)
        try:
            sock.sendall(session.greeting())
            budget = _BUDGET_BYTES
            while not session.is_closed:
                # One buffer for all: nothing switches between the read and the session's copy.
                n_read = sock.recv_into(self._read_buffer)
                if not n_read:
                    return
                self._exchange(connection, n_read)
                budget -= n_read + _COST_OF_READ_BYTES
                if budget < 0:
                    budget = _BUDGET_BYTES
                    gevent.sleep(0)
            if not self._stopping.is_set():
                _linger(sock)
        finally:
            self._connections.discard(connection)
            self._held_bytes -= connection.held_bytes

    def _exchange(self, connection: _Connection, n_read: int) -> None:
        """Hand what was read to the session and send its replies, all of them at once."""
        sock, session = connection.sock, connection.session
        happened = session.receive(memoryview(self._read_buffer)[:n_read])
        self._hold(connection)
        while happened and isinstance(envelope := happened[-1], Envelope):
            _send(sock, happened[:-1])
            reply = self._deliver(envelope)
            if session.is_closed:  # Hung up meanwhile; the peer will ask again.
                return
            happened = session.answer(reply)
            self._hold(connection)
        if self._stopping.is_set() and session.phase == "command":
            happened.append(_closing())
            session.receive(b"")
        _send(sock, happened)
        self._set_deadline(connection)

    def _hold(self, connection: _Connection) -> None:
        """Keep count of what all sessions hold; past the limit, shed the one that grew."""
        session = connection.session
        self._count(connection)
        if self._held_bytes > self._options.max_in_flight_bytes and session.shed():
            self._count(connection)
            self.counters["shed"] += 1

    def _count(self, connection: _Connection) -> None:
        self._held_bytes += connection.session.held_bytes - connection.held_bytes
        connection.held_bytes = connection.session.held_bytes

    def _deliver(self, envelope: Envelope) -> str:
        self.counters["messages"] += 1
        self.last_receive_epoch = int(self._clock())
        try:
            reply = self._intake(envelope)
        except OpsError as trouble:
            reply = f"451 4.3.0 {trouble}"
        except InputError as refusal:
            reply = f"554 5.6.0 {refusal}"
        except Exception as fault:  # noqa: BLE001 - a bug of ours: the sender keeps the mail
            self._report(fault)
            reply = "451 4.3.0 local error, try again later"
        kind = {"2": "stored", "4": "deferred"}.get(reply[:1], "refused")
        self.counters[kind] += 1
        return reply

    def _set_deadline(self, connection: _Connection) -> None:
        """Start a deadline anew once a command or message is whole, not with each octet."""
        session = connection.session
        if session.step != connection.step:
            connection.step = session.step
            is_data = session.phase == "data"
            options = self._options
            limit = options.message_timeout_s if is_data else options.command_timeout_s
            connection.deadline = time.monotonic() + limit

    def _sweep(self) -> None:
        """Hang up on those past their deadline: one timer for all connections."""
        options = self._options
        pause = min(1.0, options.command_timeout_s / 4, options.message_timeout_s / 4)
        while not self._stopping.wait(pause):
            now = time.monotonic()
            late = [c for c in self._connections if c.deadline < now]
            for connection in late:
                if connection.session.phase != "answer":
                    self.counters["timed_out"] += 1
                    connection.hang_up(b"421 4.4.2 too slow, closing\r\n")


def _closing() -> bytes:
    return b"421 4.3.2 shutting down, try again later\r\n"


def _send(sock: socket.socket, replies: list[bytes | Envelope]) -> None:
    if replies:
        data = b"".join(line for line in replies if isinstance(line, bytes))
        # PERF: gevent's sendall asks for the size of the socket's buffer each time.
        sent = sock.send(data)
        if sent < len(data):
            sock.sendall(data[sent:])


def _linger(sock: socket.socket) -> None:
    """Read what the peer still sends: closing on unread octets would lose the last reply."""
    sock.shutdown(socket.SHUT_WR)
    sock.settimeout(_LINGER_S)
    for _ in range(_LINGER_READS):
        if not sock.recv(_READ_BYTES):
            return


def _split_listen(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    if not (host and port.isascii() and port.isdigit()) or int(port) > _MAX_PORT:
        raise InputError(f"smtp.listen {listen!r}: expected host:port, like 127.0.0.1:2525")
    return host.strip("[]"), int(port)


def _bind(host: str, port: int) -> socket.socket:
    info = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, kind, protocol, _, address = info[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
