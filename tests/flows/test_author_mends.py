"""An author breaks an action, sees where, mends it, and the retry succeeds without a restart."""

from collections.abc import Callable
from pathlib import Path

from flows.product import Product, until


def test_a_raising_line_is_shown_and_mended(cockpit: Callable[..., Product], processes: int):
    desk = cockpit(robot_processes=processes, robot_retry_delays="1s").start(example="helpdesk")
    actions = desk.home / "repos/helpdesk/servicetemplates/helpdesk/actions.py"
    good = actions.read_text()
    actions.write_text(good.replace("def notify(event, service):", BROKEN))
    event = desk.mail("disk full")

    def failed() -> dict | None:
        (job, _) = desk.ask("why", event)["jobs"]
        return job if job["state"] == "error" else None

    job = until(failed)
    shown = desk.run("why", event).stdout
    assert "actions.py" in shown
    assert "the disk is on fire" in shown
    assert f"line {good[: good.index('def notify')].count(chr(10)) + 2}" in shown
    assert job["next_epoch"] > 0

    actions.write_text(good)
    until(lambda: desk.ask("why", event)["jobs"][0]["state"] == "ok")
    assert desk.ask("why", event)["jobs"][0]["attempts"] >= 2
    assert [eco["type"] for eco in desk.ask("event", "list", "--type", "eco")] == ["eco"]


BROKEN = 'def notify(event, service):\n    raise RuntimeError("the disk is on fire")'


def test_a_saved_service_hrd_counts_for_the_next_event(cockpit: Callable[..., Product]):
    desk = cockpit().start(example="helpdesk")
    desk.settled(desk.mail("one"))
    config: Path = desk.home / "repos/helpdesk/servicetemplates/helpdesk/service.hrd"
    config.write_text("events.email = escalate\nevents.emai = notify\n")

    def only_escalate() -> dict | None:
        why = desk.settled(desk.mail("two"))
        return why if [job["action"] for job in why["jobs"]] == ["escalate"] else None

    why = until(only_escalate, 5)
    assert "service.hrd:2" in why["refused"][0]["line"]
    assert "email" in why["refused"][0]["why"]
