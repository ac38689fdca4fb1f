import pytest

from cockpit.bus import Made, Mail, Outbox
from cockpit.errors import InputError

RAW = b"Subject: hi\r\n\r\nbody \xc3\xa9\r\n"


@pytest.fixture
def outbox(pipe):
    return Outbox(pipe)


def put(outbox, mail_id="m1", **fields):
    given = {
        "sender": "me@here",
        "to": ["ann@there", "bob@there"],
        "subject": "hi é",
        "raw": RAW,
        "epoch_ms": 5_900,
    }
    return outbox.put(mail_id, **(given | fields))


def test_a_mail_is_held_and_reads_back_whole(outbox):
    assert put(outbox) == "m1"
    assert outbox.get("m1") == Mail(
        id="m1",
        to=["ann@there", "bob@there"],
        sender="me@here",
        subject="hi é",
        state="held",
        epoch=5,
        raw=RAW.decode(),
    )


def test_the_same_call_of_a_job_puts_one_mail(outbox):
    first = put(outbox, "m1", made=Made("j1", "mail", 1))
    again = put(outbox, "m2", made=Made("j1", "mail", 1), subject="else")
    other = put(outbox, "m3", made=Made("j1", "mail", 2))

    assert (first, again, other) == ("m1", "m1", "m3")
    assert outbox.count() == 2
    assert (outbox.get("m1").subject, outbox.get("m1").job) == ("hi é", "j1")


def test_the_newest_come_first_without_their_text(outbox):
    for n in range(3):
        put(outbox, f"m{n}", epoch_ms=n * 1000)

    assert [mail.id for mail in outbox.newest(2)] == ["m2", "m1"]
    assert {mail.raw for mail in outbox.newest(9)} == {""}


def test_mails_of_before_a_moment_go_with_all_they_have(outbox, pipe):
    for n in range(101):
        put(outbox, f"m{n}", epoch_ms=n * 1000)
    outbox.trim(99)
    assert outbox.count() == 2  # a batch is a hundred
    outbox.trim(100)

    assert [mail.id for mail in outbox.newest(9)] == ["m100"]
    assert [key.decode() for key in pipe.call("KEYS", "cockpit:mail:*")] == ["cockpit:mail:m100"]


def test_a_mail_that_is_not_there_is_named(outbox):
    with pytest.raises(InputError, match="no mail m1"):
        outbox.get("m1")


def test_bytes_that_are_no_text_can_be_shown(outbox):
    put(outbox, raw=b"\xff\r\n")

    assert outbox.get("m1").raw == "\ufffd\r\n"
