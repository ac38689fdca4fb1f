"""A second robot shares the work; one without the repository leaves it alone, and says so."""

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.product import COMMAND, Product, repository, until

WORK = """
import os, time

def work(event, service):
    time.sleep(0.05)
    return os.getpid()
"""
FILES = {"w": {"service.hrd": "events.generic = work\n", "actions.py": WORK}}
N_SERVICES = 20
SERVICES = "".join(f"w__{n}:\n" for n in range(N_SERVICES))


@contextlib.contextmanager
def robot(desk: Product, home: Path) -> Iterator[subprocess.Popen[str]]:
    """Run a second robot, as another machine would, on the first one's Redis."""
    process = subprocess.Popen(
        [*COMMAND, "robot", "--redis", f"unix://{desk.home}/redis/redis.sock", "--home", str(home)],
        env=desk.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert "works for" in process.stdout.readline()
    yield process
    process.terminate()
    process.wait(timeout=30)
    process.stdout.close()


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    product = cockpit(robot_concurrency=4)
    repository(product.home, "r", FILES, SERVICES)
    product.start()
    product.ask("blueprint", "execute", "--repo", "r")
    return product


def publish(desk: Product, n: int) -> None:
    pipeline = desk.redis().pipeline()
    for i in range(n):
        event = {"type": "generic", "tags": [str(i)], "args": {}}
        pipeline.xadd("ckpt.generic", {"event": json.dumps(event)})
    pipeline.execute()


def test_two_robots_share_the_work(desk: Product, place: Path):
    repository(place / "second", "r", FILES, SERVICES)
    with robot(desk, place / "second"):
        until(lambda: len(desk.ask("status")["robots"]) == 2)
        publish(desk, 20)
        until(lambda: desk.ask("status")["counts"]["jobs"]["ok"] == 400, 60)

    jobs = desk.ask("job", "list", "--limit", "1000")
    assert len({job["robot"] for job in jobs}) == 2
    assert {job["attempts"] for job in jobs} == {1}


def test_a_killed_robot_loses_nothing(desk: Product, place: Path):
    repository(place / "second", "r", FILES, SERVICES)
    with robot(desk, place / "second") as process:
        until(lambda: len(desk.ask("status")["robots"]) == 2)
        publish(desk, 20)
        until(lambda: desk.ask("status")["counts"]["jobs"]["ok"] > 20, 60)
        process.kill()
        until(lambda: desk.ask("status")["counts"]["jobs"]["ok"] == 400, 90)


def test_a_robot_without_the_repository_leaves_its_jobs(cockpit: Callable[..., Product]):
    desk = cockpit(robot_processes=1)
    repository(desk.home, "r", FILES, "w__0:\n")
    desk.start()
    desk.ask("blueprint", "execute", "--repo", "r")
    (desk.home / "repos" / "r" / ".ays").rename(desk.home / "repos" / "r" / "gone")
    until(lambda: desk.ask("status")["repos"] == [])
    job = "0" * 24
    desk.redis().hset(
        f"cockpit:job:{job}",
        mapping={"state": "queued", "event": "generic-1-0", "service": "r/w!0", "action": "work"},
    )
    desk.redis().rpush("cockpit:inbox:r/w!0", job)
    desk.redis().rpush("cockpit:ready:r", "r/w!0")

    notes = until(lambda: desk.ask("status")["notes"])
    assert "no robot has that repository" in notes[0]
    assert desk.ask("job", "show", job)["attempts"] == 0
