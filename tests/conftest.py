"""Fixtures that every test may use: a real Redis of its own, and the shared connection to it."""

import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gevent import monkey
from hypothesis import settings

from cockpit.bus import Pipe

# A law holds however busy the machine is.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_configure() -> None:
    if not monkey.is_module_patched("socket"):
        raise pytest.UsageError("run this as `python -m gevent.monkey --module pytest …`")


def answers(sock: Path) -> bool:
    """Ask a Redis whether it serves."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(sock))
            client.sendall(b"PING\r\n")
            return client.recv(64) == b"+PONG\r\n"
        except OSError:
            return False


@pytest.fixture(scope="session")
def redis_session() -> Iterator[str]:
    # A socket's path may have 107 bytes: pytest's own directories are too deep.
    with tempfile.TemporaryDirectory(prefix="ckpt-") as folder:
        sock = Path(folder) / "redis.sock"
        server = subprocess.Popen(
            [
                Path(sys.executable).with_name("redis-server"),
                *("--port", "0", "--unixsocket", str(sock), "--dir", folder),
                *("--appendonly", "no", "--save", "", "--logfile", f"{folder}/log"),
            ]
        )
        deadline = time.monotonic() + 10
        while not answers(sock):
            assert server.poll() is None
            assert time.monotonic() < deadline
            try:
                server.wait(timeout=0.02)
            except subprocess.TimeoutExpired:
                continue
        yield f"unix://{sock}"
        server.kill()
        server.wait()


@pytest.fixture
def pipe(redis_session: str) -> Iterator[Pipe]:
    """The shared connection to an empty Redis."""
    found = Pipe(redis_session)
    found.call("FLUSHALL")
    yield found
    found.close()


@pytest.fixture
def redis_url(pipe: Pipe) -> str:
    """The address of an empty Redis."""
    return pipe.url
