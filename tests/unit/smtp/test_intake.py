import re

import pytest

from cockpit.bus import Appended
from cockpit.errors import OpsError
from cockpit.mail import Attachment, compose
from cockpit.smtp import Envelope, Intake
from cockpit.stor import Stor, parse_path

URL = "http://127.0.0.1:8080/stor"
NOW = 1795428000.5
DAY_S = 86400


class Entries:
    """The part of the log that an intake sees: appends with marks."""

    def __init__(self):
        self.events = []
        self.refs = []
        self.kept = []
        self._id_by_mark = {}

    def append(self, event, *, mark=None, keep_mark_s=0, refs=()):
        if mark in self._id_by_mark:
            return Appended(self._id_by_mark[mark], is_new=False)
        self.events.append(event)
        self.refs.append(list(refs))
        self.kept.append((mark, keep_mark_s))
        entry_id = f"email-{len(self.events)}-0"
        if mark:
            self._id_by_mark[mark] = entry_id
        return Appended(entry_id, is_new=True)


class Away:
    def append(self, *_args, **_kwargs):
        raise OpsError("Redis is away")


def an_envelope(data, **changes):
    values = {
        "helo": "me",
        "sender": "ann@example.org",
        "recipients": ("support@localhost",),
        "params": {},
        "peer": "192.0.2.1",
        "data": data,
        "esmtp": True,
    }
    return Envelope(**values | changes)


def a_mail(body="help\n", **changes):
    values = {
        "sender": "Ann <ann@example.org>",
        "to": "support@localhost",
        "subject": "disk full",
        "message_id": "<1@example.org>",
        "epoch": 1700000000,
    }
    return compose(body=body, **values | changes)


@pytest.fixture
def stor(tmp_path):
    return Stor(tmp_path)


@pytest.fixture
def log():
    return Entries()


@pytest.fixture
def intake(stor, log):
    return Intake(stor, log, public_url=URL, hostname="mx.example", clock=lambda: NOW)


def fetch(stor, url):
    space, digest = parse_path(url.removeprefix(URL + "/"))
    with stor.open(space, digest) as file:
        return file.read()


def stored(tmp_path):
    return [path for path in (tmp_path / "mail").rglob("*") if path.is_file()]


def test_a_mail_becomes_an_event(intake, log):
    reply = intake(an_envelope(a_mail(cc="bob@y")))

    (event,) = log.events
    assert reply == "250 2.0.0 stored as email-1-0"
    assert (event.subject, event.sender, event.to, event.cc) == (
        "disk full",
        "ann@example.org",
        ["support@localhost"],
        ["bob@y"],
    )
    assert (event.body, event.bodytype, event.epoch) == ("help\n", "text", 1700000000)
    assert {key: value for key, value in event.meta.items() if key != "raw"} == {
        "source": "smtp",
        "received_at": 1795428000,
        "message_id": "<1@example.org>",
        "envelope": {"from": "ann@example.org", "to": ["support@localhost"]},
        "peer": "192.0.2.1",
    }


def test_the_raw_mail_is_kept_whole_under_our_trace(intake, log, stor):
    data = a_mail()
    intake(an_envelope(data, helo="evil]\r\nX: y", esmtp=False))
    raw = fetch(stor, log.events[0].meta["raw"])
    trace = raw.removesuffix(data).decode()

    assert re.fullmatch(
        r"Received: from evil\]\?\?X:\?y \(\[192\.0\.2\.1\]\)\r\n\tby mx\.example with SMTP"
        r" id [0-9a-f]{17,};\r\n\tMon, 23 Nov 2026 10:00:00 -0000\r\n",
        trace,
    )


def test_an_international_mail_says_so_in_its_trace(intake, log, stor):
    intake(an_envelope(b"\r\n", params={"SMTPUTF8": ""}))

    assert b" with UTF8SMTP id " in fetch(stor, log.events[0].meta["raw"])


def test_attachments_are_linked_by_name_and_counted_as_references(intake, log, stor):
    files = [
        Attachment("a.bin", "application/x-a", b"\0\1"),
        Attachment("a.bin", "application/x-a", b"\0\1"),
        Attachment("b.bin", "application/x-b", b"b"),
    ]
    intake(an_envelope(a_mail(attachments=files)))

    (event,) = log.events
    assert {name: fetch(stor, url) for name, url in event.attachments.items()} == {
        "a.bin": b"\0\1",
        "a-2.bin": b"\0\1",
        "b.bin": b"b",
    }
    urls = dict.fromkeys([event.meta["raw"], *event.attachments.values()])
    digests = [parse_path(url.removeprefix(URL + "/"))[1] for url in urls]
    assert log.refs == [[f"mail/{digest}" for digest in digests]]
    assert len(digests) == 3


def test_a_mail_without_from_date_and_subject_is_filled_from_its_envelope(intake, log):
    intake(an_envelope(b"To: x@y\r\n\r\nhelp\r\n"))

    (event,) = log.events
    assert (event.sender, event.subject, event.epoch) == ("ann@example.org", "", 1795428000)


def test_what_went_wrong_in_reading_stands_in_meta(intake, log):
    intake(an_envelope(b"Date: once\r\n\r\ncaf\xe9\r\n"))

    assert log.events[0].body == "café\n"
    assert log.events[0].meta["warnings"] == [
        "text is not in the character set it declares",
        "malformed Date",
    ]


def test_a_repeat_with_message_id_is_stored_once(intake, log, tmp_path):
    replies = [intake(an_envelope(a_mail())) for _ in range(2)]

    assert replies == ["250 2.0.0 stored as email-1-0", "250 2.0.0 stored before as email-1-0"]
    assert len(log.events) == 1
    assert re.fullmatch(r"email:[0-9a-f]{64}", log.kept[0][0])
    assert log.kept[0][1] == DAY_S
    assert len(stored(tmp_path)) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"recipients": ("support@localhost", "b@y")},
        {"sender": "bob@example.org"},
        {"data": a_mail(body="help!\n")},
    ],
)
def test_another_content_or_envelope_is_no_repeat(intake, log, other):
    intake(an_envelope(a_mail()))
    intake(an_envelope(**{"data": a_mail()} | other))

    assert len(log.events) == 2


def test_a_mail_without_message_id_is_always_new(intake, log):
    for _ in range(2):
        intake(an_envelope(b"Subject: x\r\n\r\nhelp\r\n"))

    assert len(log.events) == 2
    assert log.kept[0][0] is None


def test_a_long_body_is_cut_and_linked_whole(intake, log, stor):
    body = "é" * 150_000
    intake(an_envelope(a_mail(body=body)))

    (event,) = log.events
    assert event.body == "é" * (128 * 1024)
    assert fetch(stor, event.meta["body"]).decode().rstrip("\n") == body
    assert len(log.refs[0]) == 2


def test_a_link_follows_a_public_url_that_is_known_late(stor, log):
    urls = iter([URL])
    intake = Intake(stor, log, public_url=lambda: next(urls), hostname="mx", clock=lambda: NOW)
    intake(an_envelope(a_mail()))

    assert log.events[0].meta["raw"].startswith(URL + "/mail/")


def test_nothing_is_promised_while_redis_is_away(stor):
    intake = Intake(stor, Away(), public_url=URL, hostname="mx", clock=lambda: NOW)

    with pytest.raises(OpsError, match="Redis is away"):
        intake(an_envelope(a_mail()))


def test_nothing_is_promised_while_the_disk_is_broken(tmp_path, log):
    (tmp_path / "stor").write_text("not a directory")
    stor = Stor(tmp_path / "stor")
    intake = Intake(stor, log, public_url=URL, hostname="mx", clock=lambda: NOW)

    with pytest.raises(OpsError):
        intake(an_envelope(a_mail()))
    assert log.events == []
