import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cockpit.app.redis_orphan import clear_leftovers
from cockpit.errors import OpsError

REDIS = Path(sys.prefix) / "bin" / "redis-server"


@pytest.fixture
def orphan(tmp_path):
    """A Redis as a killed rack leaves it: serving the socket, not ours any more."""
    sock = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(sock), "--pidfile", str(tmp_path / "redis.pid")]
    with subprocess.Popen(
        [REDIS, *options, "--dir", str(tmp_path), "--save", ""], stdout=subprocess.PIPE
    ) as process:
        while b"ready to accept" not in process.stdout.readline():
            pass
        yield process
        process.kill()


def test_orphan_on_the_socket_is_ended(orphan, tmp_path):
    clear_leftovers(tmp_path / "redis.sock", tmp_path / "redis.pid")

    assert orphan.wait(10) == 0
    assert list(tmp_path.iterdir()) == []


def test_orphan_without_pid_file_is_ended(orphan, tmp_path):
    (tmp_path / "redis.pid").unlink()

    clear_leftovers(tmp_path / "redis.sock", tmp_path / "redis.pid")

    assert orphan.wait(10) == 0


def test_orphan_without_socket_is_ended(orphan, tmp_path):
    (tmp_path / "redis.sock").unlink()

    clear_leftovers(tmp_path / "redis.sock", tmp_path / "redis.pid")

    assert orphan.wait(10) == 0


def test_orphan_that_does_not_listen_to_reason_is_killed(orphan, tmp_path):
    orphan.send_signal(signal.SIGSTOP)

    clear_leftovers(tmp_path / "redis.sock", tmp_path / "redis.pid", patience_s=0.1)

    assert orphan.wait(10) == -signal.SIGKILL


def test_process_that_only_has_the_number_in_the_pid_file_is_not_touched(tmp_path):
    (tmp_path / "redis.pid").write_text(f"{os.getpid()}\n")
    (tmp_path / "temp-rewriteaof-bg-7.aof").write_text("half")

    clear_leftovers(tmp_path / "redis.sock", tmp_path / "redis.pid")

    assert list(tmp_path.iterdir()) == []


def test_redis_of_another_home_is_not_touched(orphan, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "redis.pid").write_text(str(orphan.pid))

    clear_leftovers(other / "redis.sock", other / "redis.pid")

    assert orphan.poll() is None


def test_stranger_on_the_socket_is_named_and_not_touched(tmp_path):
    path = tmp_path / "redis.sock"
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(path))
        stranger.listen()
        with pytest.raises(OpsError, match=f"served by process {os.getpid()}, which is not our"):
            clear_leftovers(path, tmp_path / "redis.pid")

    assert path.exists()


def test_stale_socket_and_unreadable_pid_file_are_removed(tmp_path):
    path = tmp_path / "redis.sock"
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(path))
    (tmp_path / "redis.pid").write_text("")

    clear_leftovers(path, tmp_path / "redis.pid")

    assert list(tmp_path.iterdir()) == []
