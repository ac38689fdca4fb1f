"""The embedded Redis: one process on a unix socket inside the home, which lives and dies with us.

Theory of operation

1. It is a child on a leash (`leash`), so a killed rack takes it along, and in its own session, so
   that Ctrl-C in the terminal reaches the rack alone, which stops it last.
2. AOF `always`: a write is on disk before its reply. On a full disk Redis then exits rather than
   lie; `watch` starts it again, with delays, until it stays.
3. Before each start whatever a killed rack left behind is cleared (`redis_orphan`).
4. It answers when it has loaded its data, however long that takes, as long as it lives.
"""

import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

from cockpit.app.home import Home
from cockpit.app.leash import leash
from cockpit.app.redis_orphan import clear_leftovers
from cockpit.app.redis_outside import check_outside
from cockpit.app.redis_program import Server, find_server, refuse_older
from cockpit.errors import InputError, OpsError

__all__ = ["RedisServer", "Server", "arguments", "check_outside", "find_server", "refuse_older"]

_LONGEST_SOCKET = 107
"""See: unix(7), sun_path holds 108 bytes with the closing NUL."""
_LOG_LIMIT_BYTES = 10 * 1024**2
_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 5.0
_STEADY_S = 10.0
"""One that lived this long is restarted without the delays of earlier deaths."""
_SILENCE_S = 30.0
"""How long a started Redis may neither answer nor say that it is loading."""
_STOP_S = 20.0


def arguments(server: Server, home: Home, maxmemory_bytes: int) -> list[str]:
    """Return the command line of the embedded Redis; no configuration file is read."""
    options = {
        "port": "0",
        "unixsocket": str(home.sock),
        "unixsocketperm": "700",
        "dir": str(home.redis),
        "pidfile": str(_pid_file(home)),
        "logfile": str(home.log / "redis.log"),
        "daemonize": "no",
        "appendonly": "yes",
        "appendfsync": "always",
        "no-appendfsync-on-rewrite": "no",
        "auto-aof-rewrite-percentage": "100",
        "auto-aof-rewrite-min-size": "64mb",
        # A power cut may leave half a command at the end; it was never answered.
        "aof-load-truncated": "yes",
        "save": "",
        "stop-writes-on-bgsave-error": "no",
        "maxmemory": str(maxmemory_bytes),
        "maxmemory-policy": "noeviction",
    }
    return [
        str(server.path),
        *(part for key, value in options.items() for part in (f"--{key}", value)),
    ]


class RedisServer:
    """The embedded Redis of one home.

    The rack calls `start`, runs `watch` in a greenlet of its own, and calls `stop` before it joins
    that greenlet.

    Args:
        home: Whose data; the caller holds its lock.
        server: Which program.
        maxmemory_bytes: When it is reached, writes are refused and nothing is dropped.
        on_down: Called by `watch` with the reason when Redis died alone.
        on_up: Called by `watch` when it answers again.
        clock: Seconds that never go back.
    """

    def __init__(
        self,
        *,
        home: Home,
        server: Server,
        maxmemory_bytes: int,
        on_down: Callable[[str], None],
        on_up: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._home = home
        self._server = server
        self._maxmemory_bytes = maxmemory_bytes
        self._on_down = on_down
        self._on_up = on_up
        self._clock = clock
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._log = home.log / "redis.log"
        self._log_start = 0

    @property
    def pid(self) -> int | None:
        """The process; None before the first start."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start Redis and return once it answers.

        Raises:
            InputError: The home's path is too long for a socket, or a later Redis wrote the home.
            OpsError: It does not come up; the message ends with its last log lines.
        """
        n_bytes = len(str(self._home.sock).encode())
        if n_bytes > _LONGEST_SOCKET:
            raise InputError(
                f"home {self._home.path}: the path of its socket has {n_bytes} bytes, "
                f"{_LONGEST_SOCKET} are possible: choose a home with a shorter path"
            )
        refuse_older(self._server, self._home.check_format().redis)
        # Noted before the first write: a crash in between must not let an older one in.
        self._home.record_redis(self._server.version)
        self._boot()

    def watch(self) -> None:
        """Start Redis again whenever it dies alone; returns after `stop`."""
        delay_s = _FIRST_DELAY_S
        while self._process and not self._stopping.is_set():
            began_s = self._clock()
            self._process.wait()
            if self._stopping.is_set():
                return
            if self._clock() - began_s >= _STEADY_S:
                delay_s = _FIRST_DELAY_S
            self._on_down(self._last_words(self._process))
            delay_s = self._revive(delay_s)
            if not self._stopping.is_set():
                self._on_up()

    def stop(self) -> None:
        """Shut Redis down and wait for its end; harmless when it does not run."""
        self._stopping.set()
        if self._process:
            _end(self._process)

    def _revive(self, delay_s: float) -> float:
        """Try until it answers or `stop` is called; return the delay for the next time."""
        while not self._stopping.wait(delay_s):
            delay_s = min(delay_s * 2, _LONGEST_DELAY_S)
            try:
                self._boot()
            except OpsError as error:
                if not self._stopping.is_set():
                    self._on_down(str(error))
            else:
                break
        return delay_s

    def _boot(self) -> None:
        clear_leftovers(self._home.sock, _pid_file(self._home))
        self._rotate_log()
        process = self._spawn()
        self._process = process
        # Starting a process switches greenlets: `stop` may have come and found none.
        if self._stopping.is_set():
            _end(process)
        try:
            self._await_answer(process)
        except OpsError:
            _end(process)
            raise

    def _spawn(self) -> subprocess.Popen[bytes]:
        try:
            with self._log.open("ab") as log:
                self._log_start = log.tell()
                return subprocess.Popen(
                    arguments(self._server, self._home, self._maxmemory_bytes),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=leash(),  # noqa: PLW1509 - it takes no lock and makes two system calls
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise OpsError(f"cannot start {self._server.path}: {error}") from error

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        """Wait on the end of the process, and ask in between, ever more seldom."""
        delay_s, silent_since = 0.005, self._clock()
        while (answer := _ping(self._home.sock)) != b"+PONG\r\n":
            if answer.startswith(b"-LOADING"):
                silent_since = self._clock()
            elif self._clock() - silent_since > _SILENCE_S:
                raise OpsError(f"redis-server does not answer; {self._log_end()}")
            try:
                process.wait(timeout=delay_s)
            except subprocess.TimeoutExpired:
                delay_s = min(delay_s * 2, 0.5)
            else:
                raise OpsError(f"redis-server did not start: {self._last_words(process)}")

    def _last_words(self, process: subprocess.Popen[bytes]) -> str:
        code = process.wait()
        how = f"killed by signal {-code}" if code < 0 else f"exited with code {code}"
        return f"{how}; {self._log_end()}"

    def _log_end(self) -> str:
        """Return the last lines that this start wrote."""
        try:
            with self._log.open("rb") as log:
                log.seek(self._log_start)
                lines = log.read()[-4096:].decode(errors="replace").splitlines()
        except OSError as error:
            return f"cannot read {self._log}: {error.strerror}"
        return (
            f"{self._log} ends with:\n" + "\n".join(lines[-5:])
            if lines
            else f"{self._log} is silent"
        )

    def _rotate_log(self) -> None:
        """Put the log aside when it is large: Redis opens it anew for each line."""
        try:
            if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT_BYTES:
                self._log.replace(self._log.with_suffix(".log.1"))
        except OSError as error:
            raise OpsError(f"cannot rotate {self._log}: {error.strerror}") from error


def _pid_file(home: Home) -> Path:
    return home.redis / "redis.pid"


def _ping(sock: Path) -> bytes:
    """Return the answer's first line; nothing when there is none yet."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2.0)
        try:
            client.connect(str(sock))
            client.sendall(b"PING\r\n")
            answer: bytes = client.recv(512)
        except OSError:
            return b""
    return answer


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end (SIGTERM is SHUTDOWN to Redis), then kill it."""
    process.terminate()
    try:
        process.wait(timeout=_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
