"""Ecos: capture to ledger, what the logging handler costs its program, and a long ledger's first page.

Each round has a cockpit of its own, started by its own command. Hits come from this process, as
from a robot: exceptions of 100 fingerprints are raised, captured and noted by greenlets that share
one connection. The handler's program is another process, without gevent.
"""

# ruff: noqa: E402 - sockets are patched before anything else is imported
from gevent import monkey

monkey.patch_all()

import itertools
import json
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import gevent
from _rounds import PYTHON, ROUNDS, command, folder, product, verdict

from cockpit import eco
from cockpit.bus import Pipe
from cockpit.eco.kept import Limits
from cockpit.eco.ledger import Ledger
from cockpit.events import Eco

FINGERPRINTS = 100
HITS = 20_000
GREENLETS = 64
LOGGED = 2_000
ECOS = 100_000
PAGES = 50

TARGET_PER_S = 3_000.0
TARGET_COST_US = 200.0
TARGET_PAGE_MS = 20.0

PROGRAM = """
import json, logging, statistics, sys, time
from cockpit.eco import Handler

url, times = sys.argv[1], int(sys.argv[2])
log = logging.getLogger("shop")
log.propagate = False
log.addHandler(Handler(url, app_name="shop"))

def pay(n):
    return 1 / (n - n)

def order(n):
    return pay(n)

found = []
for n in range(times):
    try:
        order(n)
    except ZeroDivisionError:
        began = time.perf_counter()
        log.exception("order %s failed", n)
        found.append((time.perf_counter() - began) * 1e6)
    time.sleep(0.0005)
print(json.dumps({"median": statistics.median(found), "worst": max(found)}))
"""


def socket_of(home: Path) -> str:
    """Return the URL of the Redis of a home."""
    return f"unix://{home / 'redis' / 'redis.sock'}"


def fail(n: int) -> None:
    """Raise an error of one of the fingerprints: the text differs by a word, not by a number."""
    word = "".join("abcdefghij"[int(digit)] for digit in str(n))
    raise ValueError(f"order {word} of customer {time.monotonic_ns()} is gone")


def hits_per_s(home: Path) -> float:
    """Capture and note; returns hits per second."""
    pipe = Pipe(socket_of(home))
    ledger = Ledger(pipe)
    numbers = itertools.cycle(range(FINGERPRINTS))

    def work(times: int) -> None:
        for _ in range(times):
            try:
                fail(next(numbers))
            except ValueError as error:
                ledger.note(eco.capture(error, "bench", app_name="shop"))

    began = time.perf_counter()
    gevent.joinall(
        [gevent.spawn(work, HITS // GREENLETS) for _ in range(GREENLETS)], raise_error=True
    )
    took = time.perf_counter() - began
    counted = sum(kept.eco.occurence for kept in ledger.page(limit=FINGERPRINTS).ecos)
    if counted != HITS // GREENLETS * GREENLETS:
        raise SystemExit(f"{counted} hits were counted")
    pipe.close()
    return counted / took


def logged(url: str) -> dict[str, float]:
    """Return median and worst cost of a line in microseconds, of a program that logs."""
    done = subprocess.run(
        [PYTHON, "-c", PROGRAM, url, str(LOGGED)], check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def fill(home: Path) -> None:
    """Put 100,000 different ecos into a ledger."""
    pipe = Pipe(socket_of(home))
    ledger = Ledger(pipe, limits=lambda: Limits(new_per_5m=10**9, new_per_hour=10**9))
    numbers = iter(range(ECOS))

    def work() -> None:
        for n in numbers:
            word = "".join("abcdefghij"[int(digit)] for digit in str(n))
            ledger.note(Eco(error_msg=f"order {word} is gone", app_name="shop", eco_type="BUG"))

    gevent.joinall([gevent.spawn(work) for _ in range(GREENLETS)], raise_error=True)
    pipe.close()


def page_ms(home: Path) -> float:
    """Return the median time of the first page over HTTP, in ms."""
    token = json.loads(command(home, "token", "create", "bench", "--scope", "read", "--json"))
    address = json.loads((home / "run" / "addresses.json").read_text())["http"]
    asked = urllib.request.Request(
        f"http://{address}/ecos?limit=50", headers={"Authorization": f"Bearer {token['token']}"}
    )
    found = []
    for _ in range(PAGES):
        began = time.perf_counter()
        with urllib.request.urlopen(asked) as answer:
            rows = json.loads(answer.read())
        found.append((time.perf_counter() - began) * 1000)
    if len(rows) != 50:
        raise SystemExit(f"the page has {len(rows)} ecos")
    return statistics.median(found)


def main() -> int:
    """Measure five fresh cockpits; the long ledger once, for it is the same each time."""
    rates, costs, gone = [], [], []
    for n in range(ROUNDS):
        with folder() as place:
            home = place / "home"
            with product(home):
                rates.append(round(hits_per_s(home)))
                up = logged(socket_of(home))
            down = logged(socket_of(home))
        costs.append(round(up["median"], 1))
        gone.append(round(down["median"], 1))
        print(
            f"round {n + 1}: {rates[-1]} hits/s; a line costs {up['median']:.0f} us (worst "
            f"{up['worst']:.0f}), with Redis gone {down['median']:.0f} us (worst "
            f"{down['worst']:.0f})",
            flush=True,
        )
    with folder() as place:
        home = place / "home"
        print(f"  switch of the ledger that fills {ECOS} ecos: no quota of new ones")
        with product(home):
            fill(home)
            page = page_ms(home)
    failed = verdict(
        "eco_hits_per_s",
        {"unit": "hits/s", "rounds": rates},
        statistics.median(rates),
        f">= {TARGET_PER_S}",
    )
    failed |= verdict(
        "eco_handler_us",
        {"unit": "us", "rounds": costs, "redis_gone": gone},
        max(statistics.median(costs), statistics.median(gone)),
        f"<= {TARGET_COST_US}",
    )
    failed |= verdict("eco_page_ms", {"unit": "ms", "pages": PAGES}, page, f"<= {TARGET_PAGE_MS}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
