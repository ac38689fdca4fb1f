"""Actions that raise, hang, burn, fill memory or exit: doors answer, neighbours' jobs survive."""

import json
from collections.abc import Callable

import pytest

from flows.product import Product, repository, until

GOOD = """
def work(event, service):
    service.hrd.set("done", service.hrd.get_int("done", 0) + 1)
"""
BAD = {
    "raises": "def work(event):\n    raise RuntimeError('no')\n",
    "refuses": "from cockpit.errors import InputError\n\ndef work(event):\n    raise InputError('x')\n",
    "hangs": "import time\n\ndef work(event):\n    time.sleep(3600)\n",
    "burns": "def work(event):\n    while True:\n        pass\n",
    "fills": "def work(event):\n    kept = []\n    while True:\n        kept.append(bytearray(10**7))\n",
    "exits": "import os\n\ndef work(event):\n    os._exit(7)\n",
    "leaves": "def work(event):\n    raise SystemExit(3)\n",
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_action_dies_and_buries_no_neighbour(cockpit: Callable[..., Product], kind: str):
    desk = cockpit(
        robot_retry_delays="1s",
        robot_retries=1,
        robot_timeout="1s",
        robot_stall="2s",
        robot_memory="400mb",
        robot_tell_dead="oncall",
    )
    hrd = "events.generic = work\n"
    templates = {
        "good": {"service.hrd": hrd, "actions.py": GOOD},
        "bad": {"service.hrd": hrd, "actions.py": BAD[kind]},
    }
    repository(desk.home, "r", templates, "bad__a:\n" + "".join(f"good__{n}:\n" for n in range(5)))
    desk.start()
    desk.ask("blueprint", "execute", "--repo", "r")
    ids = [
        desk.ask("event", "publish", "-", stdin=json.dumps({"type": "generic", "tags": [str(n)]}))
        for n in range(3)
    ]

    assert desk.mail("the doors answer").startswith("email-")
    until(
        lambda: len(desk.ask("job", "list", "--state", "dead")) == len(ids),
        timeout_s=90,
        what=lambda: desk.ask("job", "list"),
    )
    until(lambda: len(desk.ask("job", "list", "--state", "ok")) >= 15, timeout_s=60)
    states = {job["service"]: job["state"] for job in desk.ask("job", "list", "--limit", "100")}
    assert states.pop("bad!a") == "dead"
    assert set(states.values()) == {"ok"}
    dead = desk.ask("job", "show", desk.ask("job", "list", "--state", "dead")[0]["id"])
    assert dead["error"]
    assert dead["attempts"] == (1 if kind == "refuses" else len(dead["tries"]))
    messages = desk.ask("event", "list", "--type", "telegram")
    assert len(messages) == 3
    assert desk.ask("job", "retry", dead["id"])["state"] in ("queued", "running")


def test_a_busy_loop_is_killed_for_its_time_out_long_before_the_silence_is_too_long(
    cockpit: Callable[..., Product],
):
    desk = cockpit(robot_stall="5m", robot_processes=1)
    hrd = "events.generic = work\ntimeout.work = 1s\nretries.work = 0\n"
    templates = {
        "bad": {"service.hrd": hrd, "actions.py": BAD["burns"]},
        "good": {"service.hrd": hrd, "actions.py": GOOD},
    }
    repository(desk.home, "r", templates, "bad__a:\ngood__b:\ngood__c:\n")
    desk.start()
    desk.ask("blueprint", "execute", "--repo", "r")
    desk.ask("event", "publish", "-", stdin=json.dumps({"type": "generic"}))
    (dead,) = until(lambda: desk.ask("job", "list", "--state", "dead"), timeout_s=60)
    job = desk.ask("job", "show", dead["id"])

    assert "r/bad!a work took longer than 1 s and would not stop" in job["error"]
    # It had no retry left, and its neighbours are not to blame.
    assert job["attempts"] == len(job["tries"]) == 1
    until(lambda: len(desk.ask("job", "list", "--state", "ok")) == 2, timeout_s=30)
