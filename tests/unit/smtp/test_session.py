import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.smtp import Envelope, Options, Session

OPENING = b"EHLO me\r\nMAIL FROM:<a@x>\r\nRCPT TO:<b@y>\r\nDATA\r\n"


def converse(*chunks, options=None, peer="192.0.2.1"):
    """Feed chunks; give the replies' text and the envelopes, each answered 250."""
    session = Session(options or Options(), peer)
    replies, envelopes = [], []
    for chunk in filter(None, chunks):
        happened = session.receive(chunk)
        while happened:
            replies += [each for each in happened if isinstance(each, bytes)]
            found = [each for each in happened if isinstance(each, Envelope)]
            envelopes += found
            happened = session.answer(f"250 2.0.0 stored {len(envelopes)}") if found else []
    return b"".join(replies).decode(), envelopes, session


def codes(replies):
    return [line[:3] for line in replies.splitlines() if line[3:4] == " "]


def test_greets_with_220_and_its_name():
    assert Session(Options(hostname="mx.example"), "::1").greeting() == (
        b"220 mx.example ESMTP cockpit\r\n"
    )


def test_a_mail_becomes_an_envelope_with_crlf_and_dots_unstuffed():
    replies, (envelope,), session = converse(OPENING + b"..x\r\n.y\r\nz\r\n.\r\nQUIT\r\n")

    assert codes(replies) == ["250", "250", "250", "354", "250", "221"]
    assert envelope == Envelope(
        helo="me",
        sender="a@x",
        recipients=("b@y",),
        params={},
        peer="192.0.2.1",
        data=b".x\r\ny\r\nz\r\n",
        esmtp=True,
    )
    assert session.is_closed


def test_an_empty_message_is_a_message():
    _, (envelope,), _ = converse(OPENING + b".\r\n")

    assert envelope.data == b""


def test_ehlo_offers_what_works_and_helo_offers_nothing():
    replies, _, _ = converse(b"EHLO me\r\nHELO me\r\n", options=Options(max_message_bytes=77))

    assert replies.splitlines() == [
        "250-localhost",
        "250-PIPELINING",
        "250-SIZE 77",
        "250-8BITMIME",
        "250-SMTPUTF8",
        "250-ENHANCEDSTATUSCODES",
        "250 HELP",
        "250 localhost",
    ]


def test_after_a_message_everything_waits_for_the_answer():
    session = Session(Options(), "192.0.2.1")
    happened = session.receive(OPENING + b"one\r\n.\r\nNOOP\r\n")

    assert isinstance(happened[-1], Envelope)
    assert session.phase == "answer"
    assert session.receive(b"NOOP\r\n") == []
    assert session.answer("451 4.3.0 later") == [
        b"451 4.3.0 later\r\n",
        b"250 2.0.0 ok\r\n",
        b"250 2.0.0 ok\r\n",
    ]


def test_an_answer_without_a_message_is_a_bug():
    with pytest.raises(RuntimeError):
        Session(Options(), "::1").answer("250 ok")


def test_an_answer_cannot_carry_a_second_line():
    session = Session(Options(), "::1")
    session.receive(OPENING + b".\r\n")

    assert session.answer("451 disk\r\n250 fülled") == [b"451 disk 250 f?lled\r\n"]


def test_two_mails_on_one_connection_do_not_leak_into_each_other():
    second = b"MAIL FROM:<c@x> SIZE=10\r\nRCPT TO:<d@y>\r\nDATA\r\ntwo\r\n.\r\n"
    _, (one, two), _ = converse(OPENING + b"one\r\n.\r\n" + second)

    assert (one.sender, one.recipients, one.params, one.data) == ("a@x", ("b@y",), {}, b"one\r\n")
    assert (two.sender, two.recipients, two.params, two.data) == (
        "c@x",
        ("d@y",),
        {"SIZE": "10"},
        b"two\r\n",
    )


@pytest.mark.parametrize("forgets", [b"RSET\r\n", b"EHLO me\r\n", b"HELO me\r\n"])
def test_a_reset_forgets_the_transaction(forgets):
    replies, _, _ = converse(OPENING[:-6] + forgets + b"DATA\r\nRCPT TO:<b@y>\r\n")

    assert codes(replies)[-2:] == ["503", "503"]


# The ends that other servers have taken for CRLF.CRLF (SMTP smuggling), and what we say.
SMUGGLED = b"MAIL FROM:<evil@x>\r\nRCPT TO:<b@y>\r\nDATA\r\nsmuggled\r\n.\r\n"


@pytest.mark.parametrize(
    "end", [b"\n.\r\n", b"\n.\n", b"\r\n.\n", b"\r.\r", b"\r\n.\r", b"\r.\r\n"]
)
@pytest.mark.parametrize("bare_newline", ["reject", "normalize"])
def test_a_smuggled_end_closes_the_session_and_nothing_is_accepted(end, bare_newline):
    options = Options(bare_newline=bare_newline)
    replies, envelopes, session = converse(OPENING + b"x" + end + SMUGGLED, options=options)

    assert envelopes == []
    assert codes(replies) == ["250", "250", "250", "354", "521"]
    assert session.is_closed


@pytest.mark.parametrize("end", [b"\r\n. \r\n", b"\r\n\0.\r\n", b"\r\n.\0\r\n", b"\r\n..\r\n"])
def test_what_only_looks_like_an_end_is_content(end):
    _, envelopes, _ = converse(OPENING + b"x" + end + SMUGGLED)

    assert len(envelopes) == 1
    assert b"evil@x" in envelopes[0].data


def test_a_loopback_peer_may_be_normalised_but_never_ends_a_message_so():
    options = Options(bare_newline="normalize")
    sent = OPENING + b"one\ntwo\rthree\n.\nfour\r\n.\r\n"
    _, (envelope,), _ = converse(sent, options=options, peer="::ffff:127.0.0.1")

    assert envelope.data == b"one\r\ntwo\r\nthree\r\n.\r\nfour\r\n"


def test_loopback_alone_normalises_nothing():
    replies, envelopes, _ = converse(OPENING + b"one\ntwo\r\n.\r\n", peer="127.0.0.1")

    assert envelopes == []
    assert codes(replies)[-1] == "521"


def test_a_command_that_ends_in_lf_alone_closes():
    replies, _, session = converse(b"EHLO me\nNOOP\r\n")

    assert replies.startswith("521 ")
    assert session.is_closed


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"MAIL FROM:<a@x", "501"),
        (b"MAIL FROM:a@x", "501"),
        (b"MAIL TO:<a@x>", "501"),
        (b"MAIL FROM:<a\0@x>", "500"),
        (b"MAIL FROM:<a\r@x>", "500"),
        (b"MAIL FROM:<\xff@x>", "553"),
        (b"MAIL FROM:<\xc3\xa9@x>", "553"),
        (b"MAIL FROM:<\xc3\xa9@x> SMTPUTF8", "250"),
        (b"MAIL FROM:<>", "250"),
        (b"MAIL FROM: <a@x>", "250"),
        (b"mail from:<a@x> body=8bitmime size=5", "250"),
        (b"MAIL FROM:<a@x> SIZE=99999999999", "552"),
        (b"MAIL FROM:<a@x> SIZE=" + b"9" * 30, "501"),
        (b"MAIL FROM:<a@x> AUTH=<>", "555"),
        (b"RCPT TO:<b@y>", "503"),
        (b"DATA", "503"),
        (b"DATA now", "501"),
        (b"RSET now", "501"),
        (b"NOOP anything", "250"),
        (b"VRFY ann", "252"),
        (b"HELP", "214"),
        (b"EHLO", "501"),
        (b"STARTTLS", "502"),
        (b"", "500"),
        (b"XYZZY", "500"),
        (b"GET / HTTP/1.1", "521"),
    ],
)
def test_a_command_gets_its_reply(line, code):
    replies, _, _ = converse(b"HELO me\r\n", line + b"\r\n")

    assert codes(replies)[1:] == [code]


def test_mail_before_a_greeting_is_refused():
    assert codes(converse(b"MAIL FROM:<a@x>\r\n")[0]) == ["503"]


def test_a_second_mail_command_is_refused():
    assert codes(converse(b"HELO me\r\n" + b"MAIL FROM:<a@x>\r\n" * 2)[0])[-1] == "503"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"RCPT TO:<>", "501"),
        (b"RCPT TO:<Postmaster>", "250"),
        (b"RCPT TO:<@relay.x,@other.x:b@y>", "250"),
        (b"RCPT TO:<\xc3\xa9@y>", "553"),
        (b"RCPT TO:<b@y> NOTIFY=NEVER", "555"),
    ],
)
def test_a_recipient_gets_its_reply(line, code):
    replies, _, _ = converse(b"EHLO me\r\nMAIL FROM:<a@x>\r\n", line + b"\r\n")

    assert codes(replies)[-1] == code


def test_recipients_over_the_limit_are_put_off_without_counting_as_errors():
    options = Options(max_recipients=2, max_errors=2)
    rest = b"RCPT TO:<b@y>\r\n" * 6 + b"DATA\r\n.\r\n"
    replies, (envelope,), _ = converse(OPENING[:-6], rest, options=options)

    assert codes(replies).count("452") == 5
    assert len(envelope.recipients) == 2


def test_the_last_allowed_error_ends_the_session():
    replies, _, session = converse(b"X\r\n" * 5, options=Options(max_errors=3))

    assert codes(replies) == ["500", "500", "500", "421"]
    assert session.is_closed


def test_an_endless_line_is_refused_once_and_not_kept():
    session = Session(Options(max_line_bytes=100), "::1")
    replies = [each for _ in range(1000) for each in session.receive(b"x" * 1000)]

    assert [reply[:3] for reply in replies] == [b"500"]
    assert session.held_bytes == 0
    assert session.receive(b"\r\nNOOP\r\n") == [b"250 2.0.0 ok\r\n"]


def test_a_message_over_the_limit_is_refused_and_the_session_goes_on():
    options = Options(max_message_bytes=100)
    replies, envelopes, session = converse(
        OPENING + b"x" * 109 + b"\r\n.\r\nNOOP\r\n", options=options
    )

    assert envelopes == []
    assert codes(replies)[-2:] == ["552", "250"]
    assert not session.is_closed


def test_a_message_of_exactly_the_limit_is_taken():
    options = Options(max_message_bytes=100)

    assert len(converse(OPENING + b"x" * 98 + b"\r\n.\r\n", options=options)[1]) == 1
    assert len(converse(OPENING + b"x" * 99 + b"\r\n.\r\n", options=options)[1]) == 0


def test_a_message_far_over_the_limit_is_dropped_and_the_session_ends():
    session = Session(Options(max_message_bytes=1000), "::1")
    session.receive(OPENING)
    replies = [each for _ in range(126) for each in session.receive(b"x" * 10)]

    assert [reply[:3] for reply in replies] == [b"552"]
    assert session.is_closed
    assert session.held_bytes == 0


def test_a_shed_message_frees_its_memory_and_gets_452_at_its_end():
    session = Session(Options(), "::1")
    session.receive(OPENING + b"x" * 10_000)

    assert session.shed()
    assert not session.shed()
    assert session.held_bytes < 10
    assert session.receive(b"x" * 1000 + b"\r\n.\r\nNOOP\r\n") == [
        b"452 4.3.1 too much mail at once, try again later\r\n",
        b"250 2.0.0 ok\r\n",
    ]
    assert not session.shed()


def test_nothing_moves_after_the_peer_hung_up():
    session = Session(Options(), "::1")

    assert session.receive(b"") == []
    assert session.is_closed
    assert session.receive(b"NOOP\r\n") == []


def test_a_step_is_a_whole_command_or_message():
    session = Session(Options(), "::1")
    steps = []
    for chunk in (b"EHLO", b" me\r\n", OPENING[9:], b"x\r\n", b".\r\n"):
        session.receive(chunk)
        steps.append((session.step, session.phase))

    assert steps == [(0, "command"), (1, "command"), (4, "data"), (4, "data"), (5, "answer")]


PIECES = [
    OPENING,
    b"one\r\n.\r\n",
    b"..two\r\n.\r\n",
    b".\r\n",
    b"x" * 90,
    b"\r\n",
    b"NOOP\r\n",
    b"RSET\r\n",
    b"X\r\n",
    b"bare\n",
    b"\r",
    b"\0",
    b"MAIL FROM:<\xff@x>\r\n",
    b"QUIT\r\n",
]


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=8), max_size=12), st.data())
def test_any_split_of_the_same_octets_gives_the_same_result(pieces, data):
    stream = b"".join(pieces)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    chunks = [stream[a:z] for a, z in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    options = Options(max_line_bytes=60, max_message_bytes=150, max_errors=4)

    whole, split = (
        converse(stream, options=options),
        converse(*chunks, options=options),
    )

    assert split[:2] == whole[:2]
    assert split[2].is_closed == whole[2].is_closed


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_octet_by_octet_gives_the_same_result(pieces):
    stream = b"".join(pieces)
    options = Options(max_line_bytes=60, max_message_bytes=150, max_errors=4)
    one_by_one = [stream[i : i + 1] for i in range(len(stream))]

    assert converse(*one_by_one, options=options)[:2] == converse(stream, options=options)[:2]
