"""A second attempt of a job gets back what its first attempt made."""

from collections.abc import Callable

from flows.product import Product, repository, until

ACTIONS = """
from cockpit.events import Alarm

def work(event, service, job):
    mail = service.mail(to="ann@example.org", subject="once", body="x")
    told = service.tell("ann", "once")
    made = service.publish(Alarm(service="a!b", method="m", msg="once"))
    service.hrd.set(f"made.{job.attempt}", [mail, told, made])
    if job.attempt < 3:
        raise RuntimeError("again")
"""


def test_what_was_made_is_not_made_again(cockpit: Callable[..., Product], processes: int):
    desk = cockpit(robot_processes=processes, robot_retry_delays="1s", robot_tell_dead="")
    files = {"w": {"service.hrd": "events.generic = work\n", "actions.py": ACTIONS}}
    repository(desk.home, "r", files, "w__a:\n")
    desk.start()
    desk.ask("blueprint", "execute", "--repo", "r")
    event = desk.ask("event", "publish", "-", stdin="type: generic\ntags: [x]\n")["id"]

    until(lambda: desk.ask("why", event)["jobs"][0]["state"] == "ok")
    (row,) = desk.ask("service", "list")
    assert row["data"]["made.1"] == row["data"]["made.2"] == row["data"]["made.3"]
    assert len(desk.ask("outbox", "list")) == 1
    assert len(desk.ask("event", "list", "--type", "alarm")) == 1
    assert len(desk.ask("event", "list", "--type", "telegram")) == 1
    tries = desk.ask("why", event)["jobs"][0]["tries"]
    assert [attempt["state"] for attempt in tries] == ["error", "error"]
