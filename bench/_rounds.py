"""What every bench shares: the product by its own command, rounds side by side, a verdict."""

import contextlib
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import redis

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
ROUNDS = 5
# The ports of another cockpit on this machine stay its own.
_ANY_PORTS = {"COCKPIT_SMTP_LISTEN": "127.0.0.1:0", "COCKPIT_HTTP_LISTEN": "127.0.0.1:0"}


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """Lend a folder with a short path: sockets live in it."""
    found = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        yield found
    finally:
        shutil.rmtree(found, ignore_errors=True)


@contextlib.contextmanager
def product(home: Path, **switches: str) -> Iterator[subprocess.Popen[str]]:
    """Start the cockpit by its own command; every switch that differs from default is printed."""
    for name, value in switches.items():
        print(f"  switch: {name}={value}")
    rack = subprocess.Popen(
        [PYTHON, "-m", "cockpit.cli", "start", "--home", str(home)],
        env=os.environ | _ANY_PORTS | switches,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        if not any("try next" in line for line in rack.stdout or ()):
            raise SystemExit(f"{home}: the cockpit did not start; see {home / 'log'}")
        yield rack
    finally:
        rack.send_signal(signal.SIGTERM)
        rack.wait(timeout=30)


def command(home: Path, *words: str) -> str:
    """Run a command of the cockpit and return what it printed."""
    done = subprocess.run(
        [PYTHON, "-m", "cockpit.cli", *words, "--home", str(home)],
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


@contextlib.contextmanager
def bare_redis(home: Path) -> Iterator[Path]:
    """Start a Redis with the settings of the embedded one, for a peer."""
    sock = home / "redis.sock"
    server = subprocess.Popen(
        [
            Path(PYTHON).with_name("redis-server"),
            *("--port", "0", "--unixsocket", str(sock), "--dir", str(home), "--save", ""),
            *("--appendonly", "yes", "--appendfsync", "always", "--logfile", str(home / "log")),
            *("--maxmemory", "512mb", "--maxmemory-policy", "noeviction"),
        ]
    )
    try:
        wait(lambda: sock.exists() and at(sock).ping())
        yield sock
    finally:
        server.terminate()
        server.wait()


def at(sock: Path) -> redis.Redis:
    """Return a client of a Redis behind a socket."""
    return redis.Redis(unix_socket_path=str(sock))


def wait(condition: Callable[[], object], timeout_s: float = 120) -> None:
    """Look each 5 ms until it holds."""
    deadline = time.monotonic() + timeout_s
    while True:
        with contextlib.suppress(redis.RedisError, OSError):
            if condition():
                return
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing came in {timeout_s} s")
        time.sleep(0.005)


def repository(home: Path, service_hrd: str, actions: str, services: int) -> None:
    """Write a repository with one template and so many services into a home."""
    root = home / "repos" / "bench"
    template = root / "servicetemplates" / "w"
    template.mkdir(parents=True)
    (root / "blueprints").mkdir()
    (root / ".ays").touch()
    (root / "blueprints" / "1.yaml").write_text("".join(f"w__{n}:\n" for n in range(services)))
    (template / "service.hrd").write_text(service_hrd)
    (template / "actions.py").write_text(actions)


def compare(
    name: str,
    ours: Callable[[], float],
    peer: Callable[[], float],
    *,
    peer_name: str,
    unit: str,
    target: float,
) -> int:
    """Measure both sides in turn and return the exit code: 1 when the ratio misses the target."""
    rows = []
    for n in range(ROUNDS):
        row = {"peer": round(peer(), 3), "ours": round(ours(), 3)}
        row["ratio"] = round(row["ours"] / row["peer"], 3)
        rows.append(row)
        print(
            f"round {n + 1}: {peer_name} {row['peer']} {unit}, cockpit {row['ours']} {unit}, "
            f"ratio {row['ratio']}",
            flush=True,
        )
    ratio = statistics.median(row["ours"] for row in rows) / statistics.median(
        row["peer"] for row in rows
    )
    return verdict(name, {"peer": peer_name, "unit": unit, "rounds": rows}, ratio, f">= {target}")


def verdict(name: str, data: dict[str, object], value: float, target: str) -> int:
    """Keep the rounds in bench/results and say whether the target was met."""
    sign, _, limit = target.partition(" ")
    met = value >= float(limit) if sign == ">=" else value <= float(limit)
    data |= {"median": round(value, 3), "target": target, "met": met, "epoch": int(time.time())}
    results = ROOT / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")
    print(f"{name}: median {value:.3f}, target {target}: {'met' if met else 'MISSED'}")
    return 0 if met else 1
