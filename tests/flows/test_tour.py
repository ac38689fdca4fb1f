"""docs/tour.md, section 6, word for word."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.product import COMMAND, Product

TOUR = Path(__file__).parents[2] / "docs" / "tour.md"


@pytest.fixture
def blocks() -> list[str]:
    section = TOUR.read_text().partition("## 6. ")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


@pytest.fixture
def walk(cockpit: Callable[..., Product], place: Path) -> Callable[[str], str]:
    """Run a block as a reader would, in the directory where the last one ended."""
    desk = cockpit("home").start()
    program = place / "cockpit"
    program.write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    program.chmod(0o755)
    here = [place]

    def walk(block: str) -> str:
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


def test_the_tour(walk: Callable[[str], str], blocks: list[str]):
    create, write, execute, install, change, break_, mend, uninstall = blocks
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
