"""A running cockpit reads its settings again: what can change does, the rest is named."""

import json
import os
import signal
import urllib.request
from collections.abc import Callable
from urllib.error import HTTPError

import pytest

from flows.product import Product, repository, until

TEMPLATE = {
    "service.hrd": "events.generic = fail\n",
    "actions.py": "def fail(event, service):\n    raise ValueError('no')\n",
}
OPEN = '[webhooks.generic]\nsecret = "s3cret"\n'


@pytest.fixture
def desk(cockpit: Callable[..., Product], processes: int) -> Product:
    made = cockpit(robot_processes=processes)
    repository(made.home, "desk", {"desk": TEMPLATE}, "desk__main:\n")
    made.start()
    made.ask("blueprint", "execute", "--repo", "desk")
    return made


def settings(desk: Product, text: str) -> dict:
    """Write cockpit.toml, have it read again, and return how it was read."""
    (desk.home / "cockpit.toml").write_text(text)
    return read_again(desk)


def read_again(desk: Product) -> dict:
    before = len(lines(desk, "settings_read") + lines(desk, "settings_refused"))
    os.kill(int((desk.home / "run" / "rack.pid").read_text()), signal.SIGHUP)
    until(lambda: len(lines(desk, "settings_read") + lines(desk, "settings_refused")) > before)
    return desk.ask("status")["settings"]


def lines(desk: Product, event: str) -> list[dict]:
    """What the rack's log says of one kind of event."""
    told = [json.loads(line) for line in (desk.home / "log" / "rack.log").read_text().splitlines()]
    return [line for line in told if line["event"] == event]


def post(desk: Product, secret: str = "s3cret") -> tuple[int, list[str]]:
    """Send to /webhooks/generic; the status, and the events made."""
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    url = f"http://{desk.addresses()['http']}/webhooks/generic"
    asked = urllib.request.Request(url, data=b'{"n": 1}', headers=headers, method="POST")
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, json.load(answer)["events"]
    except HTTPError as error:
        error.close()
        return error.code, []


def test_a_source_opens_and_its_jobs_follow_other_retries(desk: Product):
    assert post(desk) == (404, [])

    read = settings(desk, OPEN + "[robot]\nretries = 0\n")
    code, (event,) = post(desk)

    assert read["changed"] == ["robot.retries", "webhooks.generic.secret"]
    assert (read["needs_restart"], read["problems"]) == ([], [])
    assert code == 200
    (job,) = desk.settled(event)["jobs"]
    assert (job["state"], job["attempts"]) == ("dead", 1)


def test_what_needs_a_restart_is_named_and_stays(desk: Product):
    address = desk.addresses()["http"]
    read = settings(desk, '[smtp]\nhostname = "mx.example.org"\n[redis]\nmaxmemory = "1gb"\n')

    assert read["needs_restart"] == ["smtp.hostname", "redis.maxmemory"]
    assert [line["what"] for line in lines(desk, "setting_waits")] == [
        "smtp.hostname: needs a restart",
        "redis.maxmemory: needs a restart",
    ]
    assert desk.addresses()["http"] == address
    with desk.smtp() as session:
        assert session.ehlo()[1].startswith(b"localhost")


def test_a_broken_file_changes_nothing(desk: Product, processes: int):
    settings(desk, OPEN)
    read = settings(desk, OPEN.replace("s3cret", "other") + "[robot]\nretires = 3\n")

    problem = "cockpit.toml:4: robot.retires: unknown key; nearest is robot.retries"
    assert read["problems"][0].startswith(problem)
    assert lines(desk, "settings_refused")[-1]["problem"].startswith(problem)
    # A robot that dies meanwhile comes back with the settings that hold.
    for robot in desk.robots():
        os.kill(robot, signal.SIGKILL)
    code, (event,) = post(desk)
    assert code == 200
    until(lambda: desk.ask("why", event)["jobs"][0]["attempts"], what="an attempt")
    assert len(desk.robots()) == processes


def test_people_of_the_file_follow(desk: Product):
    settings(desk, '[people.ann]\nmail = "ann@example.org"\n')

    assert [person["name"] for person in desk.ask("people")] == ["ann"]
    settings(desk, "")
    assert desk.ask("people") == []


def test_the_log_follows_another_level(desk: Product):
    assert lines(desk, "events_dispatched") == []
    settings(desk, OPEN + '[logs]\nlevel = "debug"\n')
    post(desk)

    assert until(lambda: lines(desk, "events_dispatched"))
