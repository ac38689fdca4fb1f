import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.mail import Attachment, Message, parse

HEAD = (
    b"From: Ann Lee <ann@example.org>\r\nTo: support@localhost, b@y\r\nCc: c@z\r\n"
    b"Subject: disk full\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@x>\r\n"
)


def mixed(*parts, kind=b"mixed"):
    body = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return b"Content-Type: multipart/%s; boundary=b\r\n\r\n" % kind + body + b"--b--\r\n"


TEXT = b"Content-Type: text/plain\r\n\r\nhello"
HTML = b"Content-Type: text/html\r\n\r\n<p>hi"


def attachment(name=b"", content=b"x", kind=b"application/pdf"):
    named = b"; filename=" + name if name else b""
    return b"Content-Type: %s\r\nContent-Disposition: attachment%s\r\n\r\n%s" % (
        kind,
        named,
        content,
    )


def test_a_plain_mail_is_read():
    assert parse(HEAD + b"\r\nhelp\r\nme\r\n") == Message(
        subject="disk full",
        sender="ann@example.org",
        sender_name="Ann Lee",
        to=["support@localhost", "b@y"],
        cc=["c@z"],
        epoch=1795428000,
        message_id="<1@x>",
        text="help\nme\n",
    )


def test_a_mail_without_from_date_and_subject_is_read():
    assert parse(b"To: b@y\r\n\r\nhelp\r\n") == Message(to=["b@y"], text="help\n")


def test_nothing_is_an_empty_mail():
    assert parse(b"") == Message()


def test_invalid_utf8_is_read_as_windows_text_and_said():
    message = parse(b"Subject: caf\xe9\r\nFrom: \xff@x\r\n\r\ncaf\xe9 \x80")

    assert (message.subject, message.sender, message.text) == ("café", "ÿ@x", "café €")
    assert message.warnings == ["text is not in the character set it declares"]


def test_plain_text_is_preferred_to_its_html_twin():
    message = parse(mixed(HTML, TEXT, kind=b"alternative"))

    assert (message.text, message.is_from_html, message.attachments) == ("hello", False, [])


def test_html_alone_is_read_as_text_and_says_so():
    message = parse(HTML)

    assert (message.text, message.bodytype, message.is_from_html) == ("hi", "text", True)


def test_html_beside_empty_plain_text_wins():
    empty = b"Content-Type: text/plain\r\n\r\n \r\n"

    assert parse(mixed(empty, HTML, kind=b"alternative")).text == "hi"


def test_declared_markdown_is_markdown():
    message = parse(b"Content-Type: text/markdown\r\n\r\n# hi")

    assert (message.text, message.bodytype) == ("# hi", "md")


def test_several_texts_make_one_body_and_other_html_is_a_file():
    message = parse(mixed(TEXT, HTML, TEXT))

    assert message.text == "hello\nhello"
    assert message.attachments == [Attachment("part-1.html", "text/html", b"<p>hi")]


def test_attachments_have_safe_unique_names_and_decoded_content():
    encoded = (
        b"Content-Type: image/png; name=ignored.png\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: inline; filename*=utf-8''caf%C3%A9.png\r\n\r\nAAEC"
    )
    message = parse(
        mixed(TEXT, attachment(b"../a.pdf"), attachment(b"a.pdf"), attachment(), encoded)
    )

    assert message.attachments == [
        Attachment("a.pdf", "application/pdf", b"x"),
        Attachment("a-2.pdf", "application/pdf", b"x"),
        Attachment("part-3.pdf", "application/pdf", b"x"),
        Attachment("café.png", "image/png", b"\x00\x01\x02"),
    ]


def test_a_text_that_is_attached_or_named_is_a_file():
    named = b"Content-Type: text/plain; name=log.txt\r\n\r\nlog"
    message = parse(mixed(TEXT, attachment(b"a.txt", kind=b"text/plain"), named))

    assert message.text == "hello"
    assert [each.name for each in message.attachments] == ["a.txt", "log.txt"]


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (b"Subject: =?utf-8?q?caf=C3=A9?=\r\n", "café.eml"),
        (b"Subject: ../re: all\r\n", "_re_ all.eml"),
        (b"", "part-1.eml"),
    ],
)
def test_a_forwarded_mail_is_one_attachment_named_by_its_subject(subject, name):
    inner = subject + b"From: in@x\r\n" + mixed(attachment(b"in.pdf")).replace(b"=b", b"=i")
    inner = inner.replace(b"--b", b"--i")
    message = parse(HEAD + mixed(TEXT, b"Content-Type: message/rfc822\r\n\r\n" + inner))

    assert (message.subject, message.text) == ("disk full", "hello")
    assert message.attachments == [Attachment(name, "message/rfc822", inner)]


def test_of_several_from_fields_the_first_counts_and_it_is_said():
    message = parse(b"From: a@x\r\nFrom: b@y\r\n\r\n")

    assert message.sender == "a@x"
    assert message.warnings == ["several From fields: the first counts"]


def test_a_malformed_date_is_nought_and_said():
    message = parse(b"Date: once\r\n\r\n")

    assert (message.epoch, message.warnings) == (0, ["malformed Date"])


def test_broken_base64_is_decoded_as_far_as_it_goes_and_said():
    message = parse(b"Content-Transfer-Encoding: base64\r\n\r\naGVsb")

    assert (message.text, message.warnings) == ("hel", ["unsound transfer encoding base64"])


def test_an_unknown_charset_is_no_hindrance():
    assert parse(b"Content-Type: text/plain; charset=idna\r\n\r\nhi").text == "hi"


def test_no_header_value_can_carry_a_line_break():
    message = parse(b"Subject: =?utf-8?q?a=0ABcc:_x?=\r\nMessage-ID: <a\r\n b>\r\n\r\n")

    assert message.subject == "a Bcc: x"
    assert message.message_id == "<a b>"


SAMPLES = [
    b"From: " + b"(" * 5000 + b"\r\n",
    b"Subject: =?utf-8?b?" + b"w6" * 300 + b"?=\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"Content-Type: text/html; charset=utf-16\r\n",
    b"Content-Type: message/rfc822\r\n",
    b"Content-Type: ;;;=\r\n",
    b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*2=x\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Transfer-Encoding: quoted-printable\r\n",
    b"Content-Transfer-Encoding: uue\r\n",
    b"Date: 99 Foo -1 99:99\r\n",
    b"\r\n",
    b"--b\r\n",
    b"--b--\r\n",
    b"&#xD800;<p>\0",
]


@given(st.lists(st.sampled_from(SAMPLES) | st.binary(max_size=20), max_size=15))
def test_any_octets_are_read_and_the_result_can_be_written(pieces):
    message = parse(b"".join(pieces))

    words = [message.subject, message.sender, message.sender_name, message.message_id, message.text]
    words += [*message.to, *message.cc, *message.warnings]
    words += [text for each in message.attachments for text in (each.name, each.content_type)]
    assert "\n".join(words).encode("utf-8")
    assert not any("could not be taken apart" in warning for warning in message.warnings)
