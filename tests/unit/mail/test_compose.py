import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.errors import InputError
from cockpit.mail import Attachment, compose, parse


def a_mail(**changes):
    values = {
        "sender": "Cockpit <robot@example.org>",
        "to": ["ann@example.org"],
        "subject": "Re: disk full",
        "body": "We are on it.\n",
        "message_id": "<7@example.org>",
        "epoch": 1795428000,
    }
    return compose(**values | changes)


def test_a_mail_is_written_with_crlf_and_reads_back():
    raw = a_mail(cc="Bob <bob@example.org>")
    message = parse(raw)

    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert (message.sender, message.sender_name) == ("robot@example.org", "Cockpit")
    assert (message.to, message.cc) == (["ann@example.org"], ["bob@example.org"])
    assert (message.subject, message.text) == ("Re: disk full", "We are on it.\n")
    assert (message.message_id, message.epoch) == ("<7@example.org>", 1795428000)


@pytest.mark.parametrize(
    ("in_reply_to", "kind"), [("", b"auto-generated"), ("<1@x>", b"auto-replied")]
)
def test_it_says_that_a_program_wrote_it(in_reply_to, kind):
    assert b"\r\nAuto-Submitted: " + kind + b"\r\n" in a_mail(in_reply_to=in_reply_to)


def test_a_reply_continues_the_thread_with_ids_as_they_are():
    long_id = "<" + "x" * 120 + "@example.org>"
    raw = a_mail(in_reply_to=long_id, references=f"<0@x> junk {long_id}")

    assert f"In-Reply-To: {long_id}\r\nReferences: <0@x>\r\n {long_id}\r\n".encode() in raw


def test_a_long_thread_keeps_its_last_ids():
    raw = a_mail(references=" ".join(f"<{i}@x>" for i in range(50)))

    assert b"References: <30@x>\r\n" in raw
    assert b" <49@x>\r\n" in raw


def test_brackets_are_added_to_an_id():
    assert a_mail(message_id="8@x").startswith(b"Message-ID: <8@x>\r\n")


@pytest.mark.parametrize("break_", ["\r", "\n", "\0", "\r\nBcc: x@y"])
@pytest.mark.parametrize(
    "field", ["sender", "to", "cc", "subject", "message_id", "in_reply_to", "references"]
)
def test_a_line_break_in_a_header_is_refused_by_name(field, break_):
    with pytest.raises(InputError, match="line break or NUL"):
        a_mail(**{field: "<a@x>" + break_})


@pytest.mark.parametrize("address", ["", "ann", "@", "ann@", "a b@x y@z", "x" * 400 + "@y"])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(InputError, match=r"to: .* is not an address"):
        a_mail(to=address)


@pytest.mark.parametrize("message_id", ["", "a b@x", "é@x"])
def test_what_is_no_id_is_refused(message_id):
    with pytest.raises(InputError, match="message_id"):
        a_mail(message_id=message_id)


def test_text_beyond_ascii_is_seven_bits_on_the_wire():
    raw = a_mail(subject="Übung", body="Grüße 龍\n", to="René <r@example.org>")
    message = parse(raw)

    assert raw.isascii()
    assert (message.subject, message.text) == ("Übung", "Grüße 龍\n")


def test_an_address_beyond_ascii_is_utf8_on_the_wire():
    raw = a_mail(to="rené@example.org")

    assert "rené@example.org".encode() in raw
    assert parse(raw).to == ["rené@example.org"]


def test_a_long_subject_is_cut():
    subject = parse(a_mail(subject="x" * 5000)).subject

    assert len(subject) == 500
    assert subject.endswith("…")


def test_attachments_read_back():
    files = [
        Attachment("café.bin", "application/x-thing", b"\0\r\n\xff"),
        Attachment("mail.eml", "message/rfc822", b"Subject: in\r\n\r\nx"),
    ]
    message = parse(a_mail(attachments=files))

    assert message.text == "We are on it.\n"
    assert [(each.name, each.content) for each in message.attachments] == [
        (each.name, each.content) for each in files
    ]


def test_an_attachment_name_with_a_line_break_is_refused():
    with pytest.raises(InputError, match="attachment name"):
        a_mail(attachments=[Attachment("a\nb", "text/plain", b"")])


def test_half_a_character_is_refused_in_a_header_and_replaced_in_the_body():
    with pytest.raises(InputError, match="subject: has half a character"):
        a_mail(subject="\ud800")
    assert parse(a_mail(body="a\ud800\n")).text == "a?\n"


@given(
    body=st.text(st.characters(categories=None)),
    subject=st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"])),
)
def test_any_text_can_be_sent(body, subject):
    raw = a_mail(body=body, subject=subject)

    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert b"\0" not in raw
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
