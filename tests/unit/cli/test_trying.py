import json

import pytest

from cockpit.smtp import Door, Options

EVENT = "email-1795456059789-0"


class Door250:
    """A real SMTP door, and what went through it."""

    def __init__(self):
        self.envelopes = []
        self.reply = f"250 2.0.0 stored as {EVENT}"
        self.door = Door("127.0.0.1:0", self.take, Options(), report=pytest.fail)
        self.door.start()

    def take(self, envelope):
        self.envelopes.append(envelope)
        return self.reply


@pytest.fixture
def smtp(server, home):
    found = Door250()
    addresses = {"http": server.address, "scheme": "http", "smtp": found.door.address}
    (home / "run" / "addresses.json").write_text(json.dumps(addresses))
    yield found
    found.door.stop(0)


def test_a_real_mail_goes_out_and_its_trail_is_shown(server, smtp, run, trail, job):
    server.on(f"GET /events/{EVENT}/why", trail(job()))
    ended = run("try", "mail", "--subject", "käse", "--body", "hülp")

    assert ended.code == 0
    assert "helpdesk!main notify  ok" in ended.out
    (envelope,) = smtp.envelopes
    assert envelope.sender == "ann@example.org"
    assert list(envelope.recipients) == ["support@localhost"]
    assert b"To: support@localhost\r\n" in envelope.data
    assert b"Subject: =?utf-8?q?k=C3=A4se?=\r\n" in envelope.data
    assert b"\r\n\r\n" in envelope.data


@pytest.mark.usefixtures("smtp")
def test_programs_get_the_last_trail(server, run, trail, job):
    server.on(f"GET /events/{EVENT}/why", trail(settled=False), trail(job()))

    assert run("try", "mail", "--json").document == trail(job())


def test_an_address_beyond_ascii_goes_through(server, smtp, run, trail):
    server.on(f"GET /events/{EVENT}/why", trail())
    ended = run("try", "mail", "--from", "jörg@example.org")

    assert ended.code == 0
    assert smtp.envelopes[0].sender == "jörg@example.org"


def test_the_door_of_a_cockpit_elsewhere_is_asked_for(server, smtp, run, home, trail, monkeypatch):
    server.on("GET /status", {"doors": {"smtp": {"address": smtp.door.address}}})
    server.on(f"GET /events/{EVENT}/why", trail())
    (home / "run" / "addresses.json").unlink()
    monkeypatch.setenv("COCKPIT_TOKEN", "t0ken")

    assert run("try", "mail", "--url", f"http://{server.address}").code == 0


def test_a_door_that_refuses_is_quoted(smtp, run):
    smtp.reply = "451 4.3.0 try again later"
    ended = run("try", "mail")

    assert (ended.code, ended.out) == (1, "")
    assert "451 4.3.0 try again later" in ended.err


def test_a_door_that_is_gone_is_named(smtp, run):
    address = smtp.door.address
    smtp.door.stop(0)
    ended = run("try", "mail")

    assert ended.code == 1
    assert address in ended.err


@pytest.mark.parametrize("words", [("--subject", "a\nb"), ("--to", "x\r\ny")])
def test_what_cannot_stand_in_a_mail_is_wrong_usage(smtp, run, words):
    ended = run("try", "mail", *words)

    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1
    assert smtp.envelopes == []
