"""The example `selfheal`: what a monitor finds broken is started again, and the alarm resolves.

Each command of docs/selfheal.md says what the page shows.
"""

import contextlib
import os
import re
import shlex
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from flows.product import Product, until

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "selfheal.md").read_text()
BLOCKS = re.findall(r"^```\w*\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
ALARM = re.search(r"^(\w{8}) +\d+ s ago", PAGE, re.MULTILINE)
FIRED = re.search(r"why (alarm-\d+-\d+)", PAGE)


@pytest.fixture
def selfheal(cockpit: Callable[..., Product], processes: int) -> Iterator[Product]:
    found = cockpit(robot_processes=processes).start(example="selfheal")
    yield found
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid(found) or 1 << 22, signal.SIGTERM)


def pid(selfheal: Product) -> int:
    return selfheal.ask("service", "show", "shop!main")["data"]["pid"]


def alarm(selfheal: Product) -> dict:
    (found,) = selfheal.ask("alarm", "list") or [{"status": "", "count": 0}]
    return found


def test_a_shop_that_is_killed_is_started_again(selfheal: Product):
    until(lambda: alarm(selfheal)["status"] == "resolved")
    first = pid(selfheal)
    os.kill(first, signal.SIGKILL)
    until(lambda: alarm(selfheal)["count"] == 4)

    second = pid(selfheal)
    assert second != first
    told = selfheal.ask("alarm", "show", alarm(selfheal)["id"])
    assert (told["service"], told["method"], told["status"]) == ("shop!main", "monitor", "resolved")
    assert [one["what"] for one in told["history"]] == ["firing", "resolved"] * 2

    fired = told["history"][2]["event"]
    why = selfheal.ask("why", fired)
    (job,) = why["jobs"]
    assert (job["service"], job["action"], job["state"]) == ("healer!main", "heal", "ok")
    assert f"the shop is process {second}" in selfheal.ask("job", "show", job["id"])["output"]
    assert selfheal.ask("event", "show", fired)["msg"].startswith("URLError")


def shape(line: str) -> str:
    """A line without what differs each time: ids, numbers, and the spaces between columns."""
    plain = re.sub(r"\b[0-9a-f]*\d[0-9a-f]*\b", "#", line)
    return re.sub(r"\bnow\b|# \w+ ago\b", "(then)", " ".join(plain.split()))


def parts(command: str) -> list[tuple[str, list[str]]]:
    """Each command that the page shows with what it wrote, in the blocks that have this one."""
    (block,) = [one for one in BLOCKS if f"$ {command}" in one]
    found = [one.partition("\n") for one in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return [(name, text.splitlines()) for name, _, text in found]


def compare(selfheal: Product, begin: str, ids: Mapping[str, str] = MappingProxyType({})) -> None:
    """Run the commands of a block, with the ids of today for those of the page."""
    for command, told in parts(begin):
        words = [ids.get(word, word) for word in shlex.split(command)]
        assert words.pop(0) == "./cockpit"
        done = selfheal.run(*words)
        assert done.returncode == 0, done.stderr
        written = [shape(line) for line in done.stdout.splitlines()]
        missing = [line for line in told if line.strip() != "…" and shape(line) not in written]
        assert missing == [], done.stdout


def test_the_page_tells_what_happens(selfheal: Product):
    assert ALARM
    assert FIRED
    until(lambda: alarm(selfheal)["status"] == "resolved")
    compare(selfheal, "./cockpit alarm list")

    (kill,) = [one for one in BLOCKS if one.startswith("$ kill")]
    assert kill.split()[1:-1] == ["kill"]
    os.kill(pid(selfheal), signal.SIGTERM)
    until(lambda: alarm(selfheal)["count"] == 4)
    history = selfheal.ask("alarm", "show", alarm(selfheal)["id"])["history"]
    found = {ALARM[1]: alarm(selfheal)["id"], FIRED[1]: history[2]["event"]}
    compare(selfheal, "./cockpit alarm show", found)
    compare(selfheal, "./cockpit eco list")


def test_the_page_quotes_the_example():
    texts = [
        one.read_text()
        for one in (ROOT / "examples" / "selfheal").rglob("*.*")
        if "serv" in str(one)
    ]
    quoted = [block for block in BLOCKS if "$ " not in block and "./cockpit" not in block]

    assert len(quoted) == 2
    assert [block for block in quoted if not any(block in text for text in texts)] == []


def test_who_silences_it_as_the_page_says_is_left_in_peace(selfheal: Product):
    (command,) = re.findall(r"`\./cockpit (alarm silence [^`]+)`", PAGE)
    until(lambda: alarm(selfheal)["status"] == "resolved")
    selfheal.ask(*command.replace(ALARM[1], alarm(selfheal)["id"]).split())
    first = pid(selfheal)
    os.kill(first, signal.SIGTERM)
    until(lambda: alarm(selfheal)["status"] == "firing")

    fired = alarm(selfheal)["event"]
    why = selfheal.settled(fired)
    assert why["jobs"] == []
    assert "is silenced until" in why["refused"][0]["why"]
    assert pid(selfheal) == first
    selfheal.ask("alarm", "silence", alarm(selfheal)["id"], "--for", "0")
    until(lambda: alarm(selfheal)["status"] == "resolved")
