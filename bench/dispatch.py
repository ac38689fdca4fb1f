"""Dispatch: publish → action finished, 20,000 events over 500 services, beside dramatiq-gevent.

Each event calls one of 500 services, whose action is one Redis INCR; on both sides by the same
client library, with AOF always, and with a publisher that is a process of its own, started before the
clock, and runs while the consumers do. Dramatiq runs with the settings that were its best here (DRAMATIQ below).
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from _rounds import PYTHON, at, bare_redis, command, compare, folder, product, repository, wait

EVENTS = 20_000
SERVICES = 500
PUBLISHERS = 100
DRAMATIQ = ("--processes", "2", "--threads", "100")

ACTIONS = """
def work(event, service):
    service.redis.call("INCR", "done")
"""

PUBLISH_OURS = """
from gevent import monkey; monkey.patch_all()
import sys
from gevent.pool import Pool
from cockpit import events
from cockpit.bus import Log, Pipe
log = Log(Pipe("unix://" + sys.argv[1]))
pool = Pool(int(sys.argv[3]))
print("ready", flush=True)
sys.stdin.readline()

def publish(n):
    args = {"name": f"w!{n % 500}", "action": "work", "text": "x" * 250}
    log.append(events.Telegram(io="input", action="service.execute", args=args), mark=f"bench-{n}")

for n in range(int(sys.argv[2])):
    pool.spawn(publish, n)
pool.join()
"""

PEER = """
import os
import dramatiq, redis
from dramatiq.brokers.redis import RedisBroker
broker = RedisBroker(client=redis.Redis(unix_socket_path=os.environ["BENCH_SOCK"], max_connections=1000))
dramatiq.set_broker(broker)
R = redis.Redis(unix_socket_path=os.environ["BENCH_SOCK"], max_connections=1000)

@dramatiq.actor
def work(service, text):
    R.incr("done")
"""

PUBLISH_PEER = """
from gevent import monkey; monkey.patch_all()
import sys
from gevent.pool import Pool
from peer import work
pool = Pool(int(sys.argv[3]))
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[2])):
    pool.spawn(work.send, f"w!{n % 500}", "x" * 250)
pool.join()
"""


def measure(sock: Path, publisher: str, environ: dict[str, str]) -> float:
    """Publish everything and return events per second until the last action has finished."""
    words = [PYTHON, "-c", publisher, str(sock), str(EVENTS), str(PUBLISHERS)]
    client = at(sock)
    publishing = subprocess.Popen(
        words, env=os.environ | environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    # Its imports are not what is measured.
    publishing.stdout.readline()
    began = time.monotonic()
    print("go", file=publishing.stdin, flush=True)
    wait(lambda: int(client.get("done") or 0) >= EVENTS)
    seconds = time.monotonic() - began
    publishing.wait()
    return EVENTS / seconds


def ours() -> float:
    """Measure the cockpit in its default configuration."""
    with folder() as place:
        home = place / "home"
        repository(home, "", ACTIONS, SERVICES)
        with product(home):
            command(home, "blueprint", "execute", "--repo", "bench")
            sock = home / "redis" / "redis.sock"
            # That 500 services were made, and their files written, is not what is measured.
            wait(lambda: not at(sock).exists("cockpit:unmirrored:bench"))
            return measure(sock, PUBLISH_OURS, {})


def peer() -> float:
    """Measure dramatiq-gevent."""
    with folder() as place, bare_redis(place) as sock:
        (place / "peer.py").write_text(PEER)
        environ = {"BENCH_SOCK": str(sock), "PYTHONPATH": str(place)}
        workers = subprocess.Popen(
            [Path(PYTHON).with_name("dramatiq-gevent"), "peer", *DRAMATIQ],
            env=os.environ | environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            warm(sock, environ)
            return measure(sock, PUBLISH_PEER, environ)
        finally:
            os.killpg(workers.pid, signal.SIGTERM)
            workers.wait(timeout=60)


def warm(sock: Path, environ: dict[str, str]) -> None:
    """Wait until the peer works, so that its start does not count."""
    send = "from peer import work; work.send('w', 'x')"
    subprocess.run([PYTHON, "-c", send], env=os.environ | environ, check=True)
    wait(lambda: int(at(sock).get("done") or 0) == 1)
    at(sock).delete("done")


if __name__ == "__main__":
    sys.exit(
        compare(
            "dispatch",
            ours,
            peer,
            peer_name=f"dramatiq-gevent {' '.join(DRAMATIQ)}",
            unit="events/s",
            target=2.0,
        )
    )
