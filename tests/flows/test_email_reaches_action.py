"""A mail comes in, its actions run in order, and anyone sees why."""

import json
import smtplib
import urllib.request
from collections.abc import Callable

import pytest

from flows.product import Product, until

MAIL = "From: ann@example.org\r\nTo: support@localhost\r\nSubject: disk full\r\n\r\nhelp\r\n"


@pytest.fixture
def desk(cockpit: Callable[..., Product], processes: int) -> Product:
    return cockpit(robot_processes=processes).start(example="helpdesk")


def test_a_mail_makes_a_ticket_and_tells_who_is_on_call(desk: Product):
    event = desk.mail("disk full")

    why = desk.settled(event)
    assert [(job["action"], job["state"]) for job in why["jobs"]] == [
        ("notify", "ok"),
        ("escalate", "waiting"),
    ]
    assert why["jobs"][0]["ended"] <= why["jobs"][1]["started"]
    (mail,) = desk.ask("outbox", "list")
    assert mail["to"] == ["ann@example.org"]
    assert mail["state"] == "held"
    assert "ticket #1" in mail["subject"]
    raw = desk.ask("outbox", "show", mail["id"])["raw"]
    assert "Auto-Submitted: auto-" in raw
    asked, told = desk.ask("event", "list", "--type", "telegram")
    assert (asked["action"], told["action"]) == ("service.communication", "message")
    assert told["io"] == "output"
    assert told["args"]["who"] == "oncall"
    assert told["meta"]["parent"] == event


def test_the_same_text_without_a_message_id_makes_two_tickets(desk: Product):
    host, _, port = desk.addresses()["smtp"].rpartition(":")
    for _ in range(2):
        with smtplib.SMTP(host, int(port)) as session:
            session.sendmail("ann@example.org", ["support@localhost"], MAIL)

    mails = until(lambda: (m := desk.ask("outbox", "list")) and len(m) == 2 and m)
    assert sorted(mail["subject"][-3:] for mail in mails) == ["#1]", "#2]"]


def test_a_repeat_with_a_message_id_is_the_same_event(desk: Product):
    first = desk.mail("disk full", message_id="<a@example.org>")
    second = desk.mail("disk full", message_id="<a@example.org>")

    assert first == second
    desk.settled(first)
    assert len(desk.ask("event", "list", "--type", "email")) == 1
    assert desk.ask("status")["counts"]["repeats"] == 1


def test_an_attachment_is_a_link_that_opens(desk: Product):
    raw = (
        b"From: ann@example.org\r\nTo: support@localhost\r\nSubject: log\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n'
        b'see file\r\n--x\r\nContent-Type: application/octet-stream; name="a.bin"\r\n'
        b'Content-Disposition: attachment; filename="../../a.bin"\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--x--\r\n"
    )
    event = desk.ask("event", "show", desk.send(raw))

    ((name, url),) = event["attachments"].items()
    assert name == "a.bin"
    assert url.startswith(f"http://{desk.addresses()['http']}/stor/mail/")
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"\0\1\2"


def test_a_subscriber_of_the_channel_sees_the_event_with_its_id(desk: Product):
    channel = desk.redis().pubsub()
    channel.subscribe("ckpt.email")
    channel.get_message(timeout=5)
    event = desk.mail("disk full")

    message = until(lambda: channel.get_message(ignore_subscribe_messages=True, timeout=5))
    seen = json.loads(message["data"])
    assert seen["id"] == event
    assert seen["from"] == "ann@example.org"
    channel.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: no sender, no date\r\n\r\nx\r\n",
        b"From: a@b.c\r\n\r\n\xff\xfe\x80\r\n",
        b"",
        b"From: a@b.c\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.e\r\nSubject: inner\r\n\r\nx\r\n",
    ],
    ids=["nothing", "bad-utf8", "empty", "forwarded"],
)
def test_odd_mail_is_accepted_and_acted_on(desk: Product, raw: bytes):
    why = desk.settled(desk.send(raw))

    assert {job["state"] for job in why["jobs"]} == {"ok", "waiting"}


def test_try_mail_shows_the_trail(desk: Product):
    done = desk.run("try", "mail", "--subject", "disk full")

    assert done.returncode == 0, done.stderr
    for word in ("email-", "notify", "escalate", "ok", "held", "disk full"):
        assert word in done.stdout
