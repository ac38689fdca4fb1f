"""docs/tour.md, word for word."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.product import COMMAND, Product, until

TOUR = Path(__file__).parents[2] / "docs" / "tour.md"


def blocks(sections: str) -> list[str]:
    """The commands of the sections that have these numbers."""
    parts = re.split(r"^## (\d)\. ", TOUR.read_text(), flags=re.MULTILINE)[1:]
    text = "".join(
        body for number, body in zip(parts[::2], parts[1::2], strict=True) if number in sections
    )
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    # The retry that a reader need not wait for never comes by itself here.
    return cockpit("home", robot_retry_delays="1h")


@pytest.fixture
def walk(desk: Product, place: Path) -> Callable[..., str]:
    """Run a block as a reader would, in the directory where the last one ended."""
    program = place / "cockpit"
    program.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    program.chmod(0o755)
    (place / ".venv").symlink_to(sys.prefix)
    here = [place]

    def walk(block: str, **ids: str) -> str:
        for word, found in ids.items():
            block = re.sub(rf"\b{word}\b", found, block)
        done = subprocess.run(
            ["bash", "-euc", f"{block}\npwd > {place}/here"],
            cwd=here[0],
            env=desk.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        here[0] = Path((place / "here").read_text().strip())
        return done.stdout + done.stderr

    return walk


def test_mails_actions_and_mistakes(desk: Product, walk: Callable[..., str]):
    desk.start(example="helpdesk")
    send, ask, example, add, thank, other, break_, mend = blocks("12345")
    sent = walk(send)
    assert "through smtp" in sent
    (question,) = desk.ask("question", "list")
    ids = {
        "EVENT": re.search(r"email-\d+-\d+", sent)[0],
        "MAIL": desk.ask("outbox", "list")[0]["id"],
        "QUESTION": question["id"],
    }
    asked = walk(ask, **ids)
    assert "Your message has arrived and is ticket #1" in asked
    assert "helpdesk!main goes on with ann" in asked
    assert "escalate" in walk(example)
    walk(add)
    until(lambda: "praise" in walk("./cockpit event simulate mail.yaml"), what="what was saved")
    walk(thank)
    until(lambda: states(desk, "praise") == ["ok"], what="praise")
    assert "alarmcount!main" in walk(other)
    until(lambda: states(desk, "count") == ["ok", "ok"], what="both alarms")
    broken = walk(break_.partition("./cockpit job show")[0])
    assert re.search(r"actions\.py.*line \d+", broken)
    (failed,) = [job for job in desk.ask("job", "list") if job["state"] == "error"]
    assert "sendr" in walk("./cockpit job show JOB", JOB=failed["id"])
    walk(mend, JOB=failed["id"], EVENT=ids["EVENT"])
    until(lambda: set(states(desk, "praise")) == {"ok"}, what="the retry")


def states(desk: Product, action: str) -> list[str]:
    return [job["state"] for job in desk.ask("job", "list") if job["action"] == action]


def test_a_repository_of_your_own(desk: Product, walk: Callable[..., str]):
    desk.start()
    create, write, execute, install, change, break_, mend, uninstall = blocks("6")
    walk(create)
    walk(write)
    tree = walk(execute)
    assert "  machine!one\n    database!main\n    site!www  uses database!main\n" in tree
    first, second = walk(install).split("\nrun-1")
    assert steps(first) == steps(second) == [["machine!one"], ["database!main"], ["site!www"]]
    changed = walk(change)
    assert "updated database!main\nunchanged machine!one\nunchanged site!www" in changed
    assert steps(changed) == [["database!main"]]
    broken = walk(break_)
    assert "it failed, as it should" in broken
    assert re.search(r'database/actions\.py", line 2, in install', broken)
    assert "service.logg is not provided by Cockpit: did you mean log?" in broken
    assert "database!main  install  ok" in walk(mend)
    removed = walk(uninstall)
    assert steps(removed) == [["site!www"], ["database!main"], ["machine!one"]]
    assert "shop: " in removed


def steps(text: str) -> list[list[str]]:
    """The services of each step of the run that the text shows."""
    parts = re.split(r"\n  step \d+\n", text)[1:]
    return [re.findall(r"^    (\S+)  ", part, re.MULTILINE) for part in parts]
