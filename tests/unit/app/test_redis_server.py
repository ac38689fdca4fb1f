import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import gevent
import gevent.queue
import pytest
import redis

from cockpit.app.home import Home
from cockpit.app.redis_server import RedisServer, Server, arguments, check_outside
from cockpit.errors import InputError, OpsError

PROGRAM = Server(Path(sys.prefix) / "bin" / "redis-server", "6.2.14")
MEMORY = 64 * 1024**2

RACK = """
import gevent.monkey; gevent.monkey.patch_all()
import sys; from pathlib import Path
from cockpit.app.home import Home
from cockpit.app.redis_server import RedisServer, Server
home = Home(Path(sys.argv[1]))
server = RedisServer(home=home, server=Server(Path(sys.argv[2]), "6.2.14"),
    maxmemory_bytes=64 * 1024**2, on_down=print, on_up=print)
server.start()
print(server.pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def home(tmp_path):
    home = Home(tmp_path / "h")
    home.create()
    return home


@pytest.fixture
def news():
    """What the server reported: the reason when it is down, "" when it is up."""
    return gevent.queue.Queue()


@pytest.fixture
def server(home, news):
    server = a_server(home, news)
    yield server
    server.stop()


def a_server(home, news, program=PROGRAM):
    return RedisServer(
        home=home,
        server=program,
        maxmemory_bytes=MEMORY,
        on_down=news.put,
        on_up=lambda: news.put(""),
    )


def a_client(home):
    return redis.Redis(unix_socket_path=str(home.sock), decode_responses=True, retry=None)


def ask(home, *command):
    with a_client(home) as client:
        return client.execute_command(*command)


def tcp_sockets(pid):
    """The inodes of TCP sockets among the open files of a process."""
    tables = "".join(Path(f"/proc/{pid}/net/{name}").read_text() for name in ("tcp", "tcp6"))
    inodes = {fields[9] for line in tables.splitlines() if len(fields := line.split()) > 9}
    targets = [target_of(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    return {t for t in targets if t.startswith("socket:") and t[8:-1] in inodes}


def target_of(link):
    """What an open file is; "" when it was closed meanwhile."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""


def test_it_listens_on_a_private_socket_and_on_no_port(home, server):
    server.start()

    assert home.sock.stat().st_mode & 0o777 == 0o700
    assert home.redis.stat().st_mode & 0o777 == 0o700
    assert tcp_sockets(server.pid) == set()


def test_every_write_is_on_disk_before_its_answer_and_nothing_is_dropped(home, server):
    server.start()

    with a_client(home) as client:
        settings = client.config_get()
        warnings = check_outside(client)

    assert warnings == []
    assert (
        settings.items()
        >= {
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "port": "0",
            "maxmemory": str(MEMORY),
            "maxmemory-policy": "noeviction",
            "dir": str(home.redis),
        }.items()
    )


def test_killed_redis_comes_back_by_itself_with_its_data(home, server, news):
    server.start()
    watch = gevent.spawn(server.watch)
    for n_kills in range(1, 3):
        ask(home, "INCR", "kills")
        os.kill(server.pid, signal.SIGKILL)

        assert news.get(timeout=20).startswith("killed by signal 9; ")
        assert news.get(timeout=20) == ""
        assert ask(home, "GET", "kills") == str(n_kills)
    server.stop()
    watch.join(20)

    assert watch.successful()
    assert news.empty()


def test_redis_that_cannot_come_back_is_tried_until_it_can(home, server, news):
    server.start()
    watch = gevent.spawn(server.watch)
    ask(home, "SET", "key", "value")
    good = (home.redis / "appendonly.aof").read_bytes()
    (home.redis / "appendonly.aof").write_bytes(b"*nonsense\r\n" + good)
    os.kill(server.pid, signal.SIGKILL)

    assert news.get(timeout=20).startswith("killed by signal 9; ")
    assert "Bad file format reading the append only file" in news.get(timeout=20)

    (home.redis / "appendonly.aof").write_bytes(good)
    while news.get(timeout=20):
        pass

    assert ask(home, "GET", "key") == "value"
    server.stop()
    watch.join(20)


def test_stop_ends_redis_and_again_is_harmless(home, server):
    server.start()
    ask(home, "SET", "key", "value")
    handle = os.pidfd_open(server.pid)
    server.stop()
    server.stop()

    assert select.select([handle], [], [], 0)[0]
    os.close(handle)


def test_stop_ends_the_attempts_to_bring_it_back(home, server, news):
    server.start()
    watch = gevent.spawn(server.watch)
    (home.redis / "appendonly.aof").write_bytes(b"*nonsense\r\n")
    os.kill(server.pid, signal.SIGKILL)
    news.get(timeout=20)
    news.get(timeout=20)
    server.stop()
    watch.join(20)

    assert watch.successful()


def test_redis_dies_with_its_killed_rack_and_the_next_rack_has_its_data(home, server):
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", RACK, str(home.path), str(PROGRAM.path)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as rack:
        handle = os.pidfd_open(int(rack.stdout.readline()))
        ask(home, "SET", "key", "value")
        rack.kill()
    server.start()

    assert select.select([handle], [], [], 20)[0]
    assert ask(home, "GET", "key") == "value"
    os.close(handle)


def test_orphan_that_still_writes_our_files_is_taken_over(home, server):
    with subprocess.Popen(arguments(PROGRAM, home, MEMORY), stdout=subprocess.DEVNULL) as orphan:
        while not home.sock.exists() or not home.sock.is_socket():
            assert orphan.poll() is None
        ask(home, "SET", "key", "value")
        server.start()

        assert orphan.wait(10) == 0
    assert ask(home, "GET", "key") == "value"


def test_version_is_noted_and_an_older_one_refused_before_it_starts(home, news, server):
    server.start()
    server.stop()

    assert home.check_format().redis == "6.2.14"

    home.record_redis("7.0.15")
    older = a_server(home, news)
    with pytest.raises(InputError, match=r"written by Redis 7\.0\.15"):
        older.start()

    assert older.pid is None
    assert home.check_format().redis == "7.0.15"


def test_redis_that_does_not_come_up_shows_its_last_lines(home, server):
    (home.redis / "appendonly.aof").write_bytes(b"*nonsense\r\n")

    with pytest.raises(OpsError) as caught:
        server.start()

    assert str(caught.value).startswith("redis-server did not start: exited with code 1; ")
    assert "Bad file format reading the append only file" in str(caught.value)


def test_half_a_command_at_the_end_is_cut_off(home, server):
    server.start()
    ask(home, "SET", "key", "value")
    os.kill(server.pid, signal.SIGKILL)
    with (home.redis / "appendonly.aof").open("ab") as file:
        file.write(b"*3\r\n$3\r\nSET\r\n$3\r\nke")
    server.start()

    assert ask(home, "GET", "key") == "value"


def test_program_that_does_not_run_is_named(home, news):
    with pytest.raises(OpsError, match="cannot start /nowhere/redis-server"):
        a_server(home, news, Server(Path("/nowhere/redis-server"), "7.0.0")).start()


def test_home_with_too_long_a_path_is_refused_in_one_line(tmp_path, news):
    home = Home(tmp_path / ("x" * 100))
    home.create()

    with pytest.raises(InputError, match=r"bytes, 107 are possible: choose a home with a shorter"):
        a_server(home, news).start()


def test_large_log_is_put_aside_at_the_start(home, server):
    log = home.log / "redis.log"
    with log.open("wb") as file:
        file.truncate(11 * 1024**2)
    server.start()

    assert (home.log / "redis.log.1").stat().st_size == 11 * 1024**2
    assert log.stat().st_size < 100_000
