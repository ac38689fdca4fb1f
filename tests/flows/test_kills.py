"""Power cuts: rack, robot and Redis are killed at random moments while mails come in.

By Message-ID, each mail that got its 250 is exactly one event, one job per action and one
acknowledgement.
"""

import json
import os
import random
import signal
import smtplib
import threading
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from queue import Empty, Queue

import pytest

from flows.product import Product, until


def mail(n: int) -> bytes:
    message = EmailMessage()
    message["From"] = f"ann{n}@example.org"
    message["To"] = "support@localhost"
    message["Subject"] = f"mail {n}"
    message["Message-ID"] = f"<{n}@kills.example>"
    message.set_content("help\n")
    return message.as_bytes()


def sender(desk: Product, todo: "Queue[int]", done: Counter[int], stop: threading.Event) -> None:
    """Send each mail until it gets its 250, as a mail server with a queue does."""
    while not stop.is_set():
        try:
            n = todo.get(timeout=0.05)
        except Empty:
            continue
        while not stop.is_set() and not done[n]:
            try:
                with desk.smtp() as session:
                    session.sendmail(f"ann{n}@example.org", ["support@localhost"], mail(n))
                    done[n] += 1
            except (OSError, smtplib.SMTPException, ValueError):
                stop.wait(0.05)


def strike(desk: Product, victim: str) -> None:
    if victim == "rack":
        desk.kill()
        desk.start()
    else:
        until(lambda: shot(desk.robots() if victim == "robot" else redis_of(desk)))


def redis_of(desk: Product) -> list[int]:
    """Return the pid of the Redis that runs; none while it is being started again."""
    try:
        return [int((desk.home / "redis/redis.pid").read_text())]
    except (FileNotFoundError, ValueError):
        return []


def shot(pids: list[int]) -> bool:
    """Kill the first of these, if it lives: the last strike may have hit it a moment ago."""
    try:
        for pid in pids[:1]:
            os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return bool(pids)


def run(desk: Product, mails: int, kills: int, seed: int) -> None:
    rng = random.Random(seed)
    victims = ["rack", "robot", "redis"] * (kills // 3)
    rng.shuffle(victims)
    todo: Queue[int] = Queue()
    done: Counter[int] = Counter()
    stop = threading.Event()
    desk.start(example="helpdesk")
    threads = [threading.Thread(target=sender, args=(desk, todo, done, stop)) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for n, victim in enumerate(victims):
            for mail_n in range(mails * n // kills, mails * (n + 1) // kills):
                todo.put(mail_n)
            stop.wait(rng.uniform(0.02, 0.6))
            strike(desk, victim)
        until(lambda: sum(1 for n in done.values() if n) == mails, 120, "all mails accepted")
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=60)
    check(desk, mails)


def check(desk: Product, mails: int) -> None:
    def quiet() -> bool:
        done = desk.run("status", "--json")
        if done.returncode:
            return False
        jobs = json.loads(done.stdout)["counts"]["jobs"]
        moving = jobs["queued"] or jobs["running"] or jobs["error"]
        return not moving and jobs["ok"] >= mails and jobs["waiting"] >= mails

    until(quiet, 120, "all jobs done")
    events = desk.ask("event", "list", "--type", "email", "--limit", "1000")
    ids = Counter(event["meta"]["message_id"] for event in events)
    assert ids == {f"<{n}@kills.example>": 1 for n in range(mails)}
    jobs = desk.ask("job", "list", "--limit", "1000")
    assert Counter((j["event"], j["action"]) for j in jobs) == {
        (event["id"], action): 1 for event in events for action in ("notify", "escalate")
    }
    assert {(j["action"], j["state"]) for j in jobs} == {("notify", "ok"), ("escalate", "waiting")}
    asked = desk.ask("question", "list", "--limit", "1000")
    assert Counter(q["job"] for q in asked) == {j["id"]: 1 for j in jobs if j["state"] == "waiting"}
    held = desk.ask("outbox", "list", "--limit", "1000")
    assert Counter(m["to"][0] for m in held) == {f"ann{n}@example.org": 1 for n in range(mails)}
    told = desk.ask("event", "list", "--type", "telegram", "--limit", "1000")
    assert Counter((t["meta"]["parent"], t["action"]) for t in told) == {
        (event["id"], action): 1
        for event in events
        for action in ("message", "service.communication")
    }


@pytest.mark.timeout(300)
def test_sixty_mails_through_six_kills(cockpit: Callable[..., Product]):
    run(cockpit(robot_retry_delays="1s"), mails=60, kills=6, seed=1)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_three_hundred_mails_through_thirty_kills(cockpit: Callable[..., Product]):
    run(cockpit(robot_retry_delays="1s"), mails=300, kills=30, seed=2)
