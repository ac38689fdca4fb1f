"""The Telegram door: updates taken in, a command answered, and the pace of what is sent.

Telegram is tests/bot_api in a process of its own, on this machine; its clock times both sides.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from _rounds import PYTHON, ROUNDS, folder, product, verdict

ROOT = Path(__file__).parents[1]
UPDATES = 10_000
PEOPLE = 60
COMMANDS = 120
BACKLOG, OTHERS = 40, 20
TARGET_PER_S, TARGET_MS, TARGET_OTHERS_S = 1_000.0, 20.0, 3.0
PER_S = 30


class Telegram:
    """The stand-in in its own process."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, what: str, **told: Any) -> Any:
        """Let people and chats do something, or look at what happened."""
        request = urllib.request.Request(
            f"{self.url}/control/{what}", json.dumps(told).encode(), method="POST"
        )
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read())


@contextlib.contextmanager
def telegram() -> Iterator[Telegram]:
    """Serve one."""
    served = subprocess.Popen(
        [PYTHON, "-m", "gevent.monkey", "--module", "bot_api"],
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert served.stdout is not None
        yield Telegram(json.loads(served.stdout.readline())["url"])
    finally:
        served.communicate()


def person(n: int) -> dict[str, Any]:
    return {"id": 1_000 + n, "first_name": f"P{n}"}


@contextlib.contextmanager
def cockpit(api: Telegram, before: Any = None) -> Iterator[Path]:
    """Start a cockpit that knows some people; `before` is done while it is not there yet."""
    with folder() as place:
        home = place / "home"
        home.mkdir()
        told = [f"[people.p{n}]\ntelegram_id = {1_000 + n}\n" for n in range(PEOPLE)]
        (home / "cockpit.toml").write_text("".join(told))
        if before:
            before()
        switches = {"COCKPIT_TELEGRAM_API_URL": api.url, "COCKPIT_TELEGRAM_TOKEN": "1234:abc"}
        with product(home, **switches):
            yield home


def client(home: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(home / "redis" / "redis.sock"))


def taken_per_s(api: Telegram) -> float:
    """Return how many queued updates are made durable in a second."""
    with (
        cockpit(api, lambda: api.ask("flood", count=UPDATES, user=person(0))) as home,
        client(home) as server,
    ):
        while server.xlen("ckpt.telegram") < UPDATES:
            time.sleep(0.01)
        ids = [server.xrange("ckpt.telegram", count=1), server.xrevrange("ckpt.telegram", count=1)]
        first, last = (int(rows[0][0].split(b"-")[0]) for rows in ids)
    return UPDATES / ((last - first) / 1000)


def answer_ms(api: Telegram) -> float:
    """Return the median time from an update that is handed over to its answer, in ms."""
    with cockpit(api) as home:
        while not json.loads((home / "run" / "addresses.json").read_text()):
            time.sleep(0.1)
        sent = []
        for n in range(COMMANDS):
            user = person(n % PEOPLE)
            before = len(api.ask("times"))
            sent.append((api.ask("say", text="/repo list", user=user), before))
            while len(api.ask("times")) == before:
                time.sleep(0.005)
        times, handed = api.ask("times"), api.ask("handed")
    waits = [(times[before][0] - handed[str(update)]) * 1000 for update, before in sent]
    return statistics.median(waits[10:])


def pace(api: Telegram) -> tuple[int, float, float]:
    """Return what the pace is while one chat has many messages and others have some.

    Returns:
        The most messages in any second, the fewest seconds between two to a chat, and how many
        seconds the others wait.
    """
    with cockpit(api) as home, client(home) as server:
        chats = [person(n)["id"] for n in range(OTHERS + 1)]
        for chat in chats:
            api.ask("know", chat=chat)
        start = len(api.ask("times"))
        for n in range(BACKLOG):
            _publish(server, chats[0], f"backlog {_word(n)}")
        began = time.monotonic()
        for chat in chats[1:]:
            _publish(server, chat, "one")
        while len({chat for _, chat in api.ask("times")[start:]}) <= OTHERS:
            time.sleep(0.02)
        others = time.monotonic() - began
        # Many chats at once, to see the pace in all.
        for n in range(3):
            for chat in chats[1:]:
                _publish(server, chat, f"more {_word(n)}")
        while len(api.ask("times")) - start < OTHERS * 4 + 5:
            time.sleep(0.05)
        times = api.ask("times")[start:]
    return _most_per_s([at for at, _ in times]), _least_between(times), others


def _publish(server: redis.Redis, chat: int, text: str) -> None:
    event = {"type": "telegram", "io": "output", "action": "message"}
    told = event | {"args": {"chat_id": chat, "msg": text}}
    server.xadd("ckpt.telegram", {"event": json.dumps(told)})


def _word(n: int) -> str:
    """Words differ; texts that differ by a number alone are counted as one."""
    return "".join("abcdefghij"[int(digit)] for digit in str(n))


def _most_per_s(times: list[float]) -> int:
    return max(Counter(sum(at <= one < at + 1 for one in times) for at in times))


def _least_between(times: list[list[float]]) -> float:
    last: dict[float, float] = {}
    found = []
    for at, chat in times:
        if chat in last:
            found.append(at - last[chat])
        last[chat] = at
    return min(found)


def main() -> int:
    """Measure five fresh cockpits."""
    rates, answers, paces = [], [], []
    for n in range(ROUNDS):
        with telegram() as api:
            rates.append(round(taken_per_s(api)))
        with telegram() as api:
            answers.append(round(answer_ms(api), 2))
        with telegram() as api:
            paces.append(pace(api))
            refused = api.ask("refused")
        most, least, others = paces[-1]
        print(
            f"round {n + 1}: {rates[-1]} updates/s; a command is answered in {answers[-1]} ms;"
            f" {most} messages in a second at most, {least:.2f} s between two to a chat at least,"
            f" the others waited {others:.2f} s; refused: {len(refused)}",
            flush=True,
        )
        if refused or most > PER_S or least < 0.95:
            print(f"MISSED: the limits of Telegram: {refused[:3]}")
            return 1
    waits = statistics.median(others for _, _, others in paces)
    codes = [
        verdict(
            "telegram_updates_per_s",
            {"unit": "updates/s", "rounds": rates},
            statistics.median(rates),
            f">= {TARGET_PER_S}",
        ),
        verdict(
            "telegram_answer_ms",
            {"unit": "ms", "rounds": answers},
            statistics.median(answers),
            f"<= {TARGET_MS}",
        ),
        verdict(
            "telegram_others_s",
            {"unit": "s", "rounds": [round(others, 2) for _, _, others in paces]},
            waits,
            f"<= {TARGET_OTHERS_S}",
        ),
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
