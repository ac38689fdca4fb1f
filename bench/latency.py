"""Idle latency: publish → action started, one event at a time, the median in milliseconds.

The action writes the time at which it started; publisher and robot read the same clock.
"""

import statistics
import sys
import time
from pathlib import Path

from _rounds import ROUNDS, at, command, folder, product, repository, verdict, wait

EVENTS = 100
TARGET_MS = 5.0

ACTIONS = """
import time
import redis

HOME = __file__.split("/repos/")[0]
R = redis.Redis(unix_socket_path=HOME + "/redis/redis.sock")

def work(event, service):
    began = time.time()
    R.rpush("began", began)
"""


def measure(sock: Path) -> list[float]:
    """Publish events with pauses and return each latency in milliseconds."""
    client = at(sock)
    found = []
    for n in range(EVENTS):
        sent = time.time()
        client.xadd("ckpt.generic", {"event": '{"type":"generic","tags":["x"],"args":{}}'})
        wait(lambda n=n: client.llen("began") > n)
        found.append((float(client.lindex("began", -1)) - sent) * 1000)
        time.sleep(0.02)
    return found


def main() -> int:
    """Measure five fresh cockpits."""
    rounds = []
    for n in range(ROUNDS):
        with folder() as place:
            home = place / "home"
            repository(home, "events.generic = work\n", ACTIONS, 1)
            with product(home):
                command(home, "blueprint", "execute", "--repo", "bench")
                found = measure(home / "redis" / "redis.sock")
        rounds.append(round(statistics.median(found), 3))
        worst = max(found)
        print(f"round {n + 1}: median {rounds[-1]} ms, worst {worst:.1f} ms", flush=True)
    value = statistics.median(rounds)
    return verdict("latency", {"unit": "ms", "rounds": rounds}, value, f"<= {TARGET_MS}")


if __name__ == "__main__":
    sys.exit(main())
