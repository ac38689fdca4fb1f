"""Whoever watches a cockpit hears how it is: at once, in words, and over restarts."""

import json
import os
import signal
import urllib.request
from urllib.error import HTTPError

from prometheus_client.parser import text_string_to_metric_families

from flows.product import Product, until


def ask(desk: Product, path: str) -> tuple[int, str]:
    token = (desk.home / "run" / "token").read_text()
    url = f"http://{desk.addresses()['http']}{path}"
    asked = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def ready(desk: Product) -> dict:
    status, text = ask(desk, "/health/ready")
    found = json.loads(text)
    assert status == (200 if found["ready"] else 503)
    return found


def figures(desk: Product) -> dict[str, float]:
    """Every figure without labels, or with one: `name` or `name value`."""
    _, text = ask(desk, "/metrics")
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_ready_tells_what_is_missing_and_that_it_came_back(cockpit, processes):
    desk = cockpit(robot_processes=processes).start("helpdesk")
    until(lambda: ready(desk)["ready"], what="a cockpit that is ready")
    desk.settled(desk.mail("help"))
    doors = ready(desk)["doors"]
    assert doors["smtp"]["last_receive_age_s"] >= 0
    assert doors["http"]["last_receive_age_s"] is None

    redis_pid = desk.redis().info()["process_id"]
    os.kill(redis_pid, signal.SIGSTOP)
    try:
        found = ready(desk)
        up = figures(desk)["cockpit_redis_up"]
    finally:
        os.kill(redis_pid, signal.SIGCONT)
    assert "Redis is away: no answer within 1.5 s" in found["reasons"]
    assert up == 0

    os.kill(redis_pid, signal.SIGKILL)
    assert not ready(desk)["redis"]
    until(lambda: ready(desk)["ready"], what="Redis, and all that needs it")


def test_figures_tell_what_happened_and_outlive_a_restart(cockpit):
    desk = cockpit().start("helpdesk")
    event = desk.mail("help")
    jobs = len(desk.settled(event)["jobs"])
    before = figures(desk)
    desk.stop()
    desk.start()
    after = figures(desk)

    assert before["cockpit_events_total email"] == after["cockpit_events_total email"] == 1
    for found in (before, after):
        assert sum(n for name, n in found.items() if name.startswith("cockpit_jobs ")) == jobs
    assert (before["cockpit_mails_total stored"], after["cockpit_mails_total stored"]) == (1, 0)
    assert before["cockpit_dispatch_oldest_age_seconds"] == 0
    assert before["process_resident_memory_bytes"] > 0
