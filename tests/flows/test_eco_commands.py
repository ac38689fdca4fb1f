"""Somebody breaks an action: the command line names the line, the mail and the job; alarms too."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from gevent import Greenlet

from flows.product import COMMAND, Product, until

BROKEN = 'def notify(event, service):\n    raise RuntimeError("the disk is on fire")'
ALARM = "type: alarm\nservice: shop!main\nmethod: check\nmsg: no answer\nseverity: critical\n"


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    return cockpit(robot_retries=0).start(example="helpdesk")


def actions(desk: Product) -> Path:
    return desk.home / "repos/helpdesk/servicetemplates/helpdesk/actions.py"


def break_it(desk: Product) -> int:
    """Break the action; the line that raises."""
    good = actions(desk).read_text()
    actions(desk).write_text(good.replace("def notify(event, service):", BROKEN))
    return good[: good.index("def notify")].count("\n") + 2


def the_eco(desk: Product, **wanted: Any) -> dict[str, Any]:
    """Wait for the one eco there is to be so."""

    def found() -> dict[str, Any] | None:
        rows = desk.ask("eco", "list")
        assert len(rows) <= 1, rows
        return next((row for row in rows if wanted.items() <= row.items()), None)

    return until(found, what=f"an eco with {wanted}")


def test_what_broke_is_named_with_its_line_the_mail_and_the_job(desk: Product):
    line = break_it(desk)
    mail = desk.mail("disk full")
    eco = the_eco(desk, state="NEW")
    (job,) = [job for job in desk.settled(mail)["jobs"] if job["action"] == "notify"]
    shown = desk.run("eco", "show", eco["guid"][:8]).stdout

    assert f"servicetemplates/helpdesk/actions.py:{line}" in shown
    assert f'> {line} |     raise RuntimeError("the disk is on fire")' in shown
    assert "disk full from ann@example.org" in shown
    assert f"cockpit why {mail}" in shown
    assert f"cockpit job show {job['id']}" in shown
    assert "RuntimeError: the disk is on fire" in desk.run("eco").stdout


def test_a_thousand_failures_are_one_eco_and_four_notices(desk: Product):
    break_it(desk)
    desk.mail("the first one")
    the_eco(desk, occurence=1)
    server = desk.redis()
    for n in range(999):
        server.xadd("ckpt.email", {"event": f'{{"type":"email","subject":"number {n}"}}'})
    until(lambda: the_eco(desk)["occurence"] == 1000, timeout_s=60)

    told = desk.ask("event", "list", "--type", "eco")
    assert [event["occurence"] for event in told] == [1000, 100, 10, 1]
    assert {event["guid"] for event in told} == {the_eco(desk)["guid"]}


def test_the_errors_of_programs_show_up(desk: Product):
    program = """
import logging, sys
from cockpit.eco import Handler
logging.getLogger().addHandler(Handler(sys.argv[1], app_name="shop"))
def order(n):
    return 1 / n
try:
    order(0)
except ZeroDivisionError:
    logging.exception("order failed")
"""
    socket = f"unix://{desk.home}/redis/redis.sock"
    subprocess.run([sys.executable, "-c", program, socket], check=True, stderr=subprocess.DEVNULL)

    eco = the_eco(desk, app_name="shop")
    assert (eco["error_msg"], eco["func_name"]) == ("ZeroDivisionError: division by zero", "order")


def test_a_closed_one_that_comes_again_opens_again(desk: Product):
    break_it(desk)
    desk.mail("disk full")
    guid = the_eco(desk, state="NEW")["guid"]

    assert desk.run("eco", "close", guid[:8]).stdout == f"{guid[:8]} is CLOSED\n"
    assert the_eco(desk, state="CLOSED")["close_time"] > 0
    mail = desk.mail("disk full again")
    eco = the_eco(desk, state="ALERT", occurence=2)

    assert eco["guid"] == guid
    shown = desk.run("eco", "show", guid).stdout
    assert "reopened" in shown
    assert "disk full again from ann@example.org" in shown
    assert f"cockpit why {mail}" in shown
    assert "seen 2 times" in shown


def test_an_id_that_is_none_is_told(desk: Product):
    done = desk.run("eco", "show", "00000000")

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_an_alarm_is_taken_silenced_and_resolved(desk: Product):
    desk.run("event", "publish", "-", stdin=ALARM)
    alarm = until(lambda: desk.ask("alarm", "list"), what="the alarm")[0]
    short = alarm["id"][:8]

    assert (alarm["status"], alarm["service"], alarm["ack"]) == ("firing", "shop!main", None)
    assert desk.run("alarm").stdout.splitlines()[1].startswith(short)
    assert "taken by" in desk.run("alarm", "ack", short, "--note", "on my way").stdout
    assert [row["id"] for row in desk.ask("alarm", "list", "--acked")] == [alarm["id"]]
    assert desk.ask("alarm", "list", "--not-acked") == []
    assert "silenced until" in desk.run("alarm", "silence", short, "--for", "2h").stdout
    assert "silenced no more" in desk.run("alarm", "silence", short, "--for", "0").stdout
    desk.run("alarm", "resolve", short, "--note", "mended")
    until(lambda: desk.ask("alarm", "list", "--status", "resolved"), what="the end of the alarm")
    shown = desk.run("alarm", "show", short).stdout

    assert "  shop!main check: no answer" in shown
    assert "on my way" in shown
    assert "mended" in shown
    newest = desk.ask("event", "list", "--type", "alarm")[0]
    assert (newest["service"], newest["status"]) == ("shop!main", "resolved")


@pytest.fixture
def tail(desk: Product) -> Iterator[Callable[[], str]]:
    """Follow the alarms; a function that waits for the next line."""
    process = subprocess.Popen(
        [*COMMAND, "alarm", "tail", "--home", str(desk.home)],
        env=desk.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process:
        yield process.stdout.readline
        process.send_signal(signal.SIGTERM)


def test_tail_misses_nothing_over_a_restart(desk: Product, tail: Callable[[], str]):
    # What it begins after is decided while it starts: alarms come until the first is seen.
    first = Greenlet.spawn(tail)
    count = 0
    while not first.ready():
        count += 1
        desk.post("/events", type="alarm", service="shop!main", method="check", msg=f"no {count}")
        first.join(0.2)
    seen = [first.get()]
    while not seen[-1].endswith(f" no {count}\n"):
        seen.append(tail())
    desk.stop()
    desk.start()
    desk.post("/events", type="alarm", service="shop!main", method="check", msg="after")

    assert all("firing  shop!main check: no " in line for line in seen)
    assert tail().endswith("firing  shop!main check: after\n")
