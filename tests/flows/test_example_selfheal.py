"""The example `selfheal`: what a monitor finds broken is started again, and the alarm resolves."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator

import pytest

from flows.product import Product, until


@pytest.fixture
def selfheal(cockpit: Callable[..., Product], processes: int) -> Iterator[Product]:
    found = cockpit(robot_processes=processes).start(example="selfheal")
    yield found
    with contextlib.suppress(ProcessLookupError):
        os.kill(shop(found)["pid"] or 1 << 22, signal.SIGTERM)


def shop(selfheal: Product) -> dict:
    return selfheal.ask("service", "show", "shop!main")["data"]


def alarm(selfheal: Product) -> dict:
    (found,) = selfheal.ask("alarm", "list") or [{"status": "", "count": 0}]
    return found


def test_a_shop_that_is_killed_is_started_again(selfheal: Product):
    until(lambda: alarm(selfheal)["status"] == "resolved")
    first = shop(selfheal)
    os.kill(first["pid"], signal.SIGKILL)
    until(lambda: alarm(selfheal)["count"] == 4)

    second = shop(selfheal)
    assert second["pid"] != first["pid"]
    told = selfheal.ask("alarm", "show", alarm(selfheal)["id"])
    assert (told["service"], told["method"], told["status"]) == ("shop!main", "monitor", "resolved")
    assert [one["what"] for one in told["history"]] == ["firing", "resolved"] * 2

    fired = told["history"][2]["event"]
    why = selfheal.ask("why", fired)
    (job,) = why["jobs"]
    assert (job["service"], job["action"], job["state"]) == ("healer!main", "heal", "ok")
    assert (
        f"the shop is process {second['pid']}" in selfheal.ask("job", "show", job["id"])["output"]
    )
    assert selfheal.ask("event", "show", fired)["msg"].startswith("URLError")
