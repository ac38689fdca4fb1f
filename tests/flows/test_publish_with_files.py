"""Somebody publishes an event with files, as a form, and an action reads them."""

from collections.abc import Callable

import pytest
import urllib3

from flows.product import Product, repository

TEMPLATE = {
    "service.hrd": "events.alarm = keep\n",
    "actions.py": "def keep(event, service):\n"
    "    files = event.meta['attachments']\n"
    "    return {name: len(service.stor.get(link)) for name, link in files.items()}\n",
}
ALARM = "type: alarm\nservice: web!main\nmethod: monitor\nmsg: disk full\n"
PICTURE = bytes(range(256)) * 40_000


@pytest.fixture
def desk(cockpit: Callable[..., Product]) -> Product:
    made = cockpit()
    repository(made.home, "keeper", {"keeper": TEMPLATE}, "keeper__main:\n")
    made.start()
    made.ask("blueprint", "execute", "--repo", "keeper")
    return made


def test_files_are_there_before_the_event_and_an_action_reads_them(desk: Product):
    fields = {
        "disk": ("disk.png", PICTURE, "image/png"),
        "event": ("", ALARM, "application/yaml"),
        "log": ("syslog", b"full\n", "text/plain"),
    }
    answer = desk.http("POST", "/events", fields=fields)
    trail = desk.settled(answer.json()["id"])

    assert answer.status == 201
    (job,) = [desk.ask("job", "show", one["id"]) for one in trail["jobs"]]
    assert (job["state"], job["result"]) == ("ok", {"disk.png": len(PICTURE), "syslog": 5})
    links = desk.ask("event", "show", answer.json()["id"])["meta"]["attachments"]
    assert urllib3.request("GET", links["disk.png"]).data == PICTURE


def test_a_form_that_ends_early_makes_no_event(desk: Product):
    body, kind = urllib3.encode_multipart_formdata(
        {"event": ALARM, "disk": ("disk.png", PICTURE, "image/png")}
    )
    answer = desk.http("POST", "/events", body=body[:-9], headers={"Content-Type": kind})
    larger = desk.http("POST", "/events", fields={"event": ALARM, "a": ("a", PICTURE * 3, "a/b")})

    assert (answer.status, answer.json()["detail"]) == (
        400,
        "the form is broken: unexpected form structure",
    )
    assert larger.status == 413
    assert desk.ask("event", "list") == []


def test_a_form_may_come_in_chunks(desk: Product):
    body, kind = urllib3.encode_multipart_formdata({"event": ALARM, "a": ("a", b"x" * 9, "a/b")})
    pieces = (body[place : place + 7] for place in range(0, len(body), 7))
    answer = desk.http("POST", "/events", body=pieces, headers={"Content-Type": kind})

    assert answer.status == 201
    assert list(desk.ask("event", "list")[0]["meta"]["attachments"]) == ["a"]
