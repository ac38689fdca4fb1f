"""A run installs services in the order that they need each other, whatever dies meanwhile."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.product import Product, repository, until

ACTIONS = """
import pathlib
import time

LOG = pathlib.Path({log!r})


def install(service):
    with LOG.open("a") as file:
        file.write(f"begin {{service.key}}\\n")
    while LOG.with_name(f"hold-{{service.role}}").exists():
        time.sleep(0.02)
    if LOG.with_name(f"break-{{service.role}}").exists():
        raise ValueError("no room")
    with LOG.open("a") as file:
        file.write(f"end {{service.key}}\\n")


def uninstall(service):
    with LOG.open("a") as file:
        file.write(f"gone {{service.key}}\\n")
"""
SCHEMAS = {"key": "", "node": "key = consume:key:1", "app": "node = parent:node"}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def desk(cockpit: Callable[..., Product], log: Path) -> Product:
    product = cockpit(robot_processes=1)
    text = ACTIONS.format(log=str(log))
    templates = {
        name: {"schema.hrd": schema, "actions.py": text} for name, schema in SCHEMAS.items()
    }
    repository(product.home, "desk", templates, "app__a:\nnode__n:\nkey__k:\n")
    product.start()
    product.ask("blueprint", "execute")
    return product


def lines(log: Path) -> list[str]:
    return log.read_text().splitlines() if log.exists() else []


def test_services_are_installed_in_order_and_removed_in_the_other(desk: Product, log: Path):
    simulated = desk.ask("run", "simulate", "install")
    run = desk.ask("run", "start", "install")
    again = desk.ask("run", "start", "install")
    desk.ask("run", "start", "uninstall", "-r", "key")

    assert [part["service"] for part in simulated["parts"]] == ["key!k", "node!n", "app!a"]
    assert (run["state"], again["parts"]) == ("ok", [])
    assert lines(log) == [
        *[f"{what} {key}" for key in ("key!k", "node!n", "app!a") for what in ("begin", "end")],
        *[f"gone {key}" for key in ("app!a", "node!n", "key!k")],
    ]


def test_run_goes_on_after_its_robot_was_killed(desk: Product, log: Path):
    log.with_name("hold-node").touch()
    run = desk.ask("run", "start", "install", "--no-wait")
    until(lambda: "begin node!n" in lines(log))
    for robot in desk.robots():
        os.kill(robot, signal.SIGKILL)
    until(lambda: lines(log).count("begin node!n") == 2)
    log.with_name("hold-node").unlink()

    assert desk.ask("run", "show", run["id"], "--wait")["state"] == "ok"
    assert lines(log).count("begin key!k") == 1
    assert lines(log)[-2:] == ["begin app!a", "end app!a"]


def test_failure_blocks_who_needs_it_until_the_run_is_taken_up_again(desk: Product, log: Path):
    log.with_name("break-node").touch()
    failed = desk.run("run", "start", "install", "--json")
    run = json.loads(failed.stdout)

    assert failed.returncode == 1
    assert {part["service"]: part["state"] for part in run["parts"]} == {
        "key!k": "ok",
        "node!n": "error",
        "app!a": "blocked",
    }
    log.with_name("break-node").unlink()
    assert desk.ask("run", "retry", run["id"])["state"] == "ok"
    assert lines(log).count("begin key!k") == 1
