import pytest

from cockpit.smtp.command import (
    Path,
    RefusedError,
    check_ascii,
    check_mail,
    read_path,
    split_command,
)


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        (b"mail FROM:<a@x> ", (b"MAIL", b"FROM:<a@x>")),
        (b"QUIT", (b"QUIT", b"")),
        (b"", (b"", b"")),
        (b"NOOP  x  y ", (b"NOOP", b"x  y")),
    ],
)
def test_a_line_is_split_into_verb_and_argument(line, pieces):
    assert split_command(line) == pieces


@pytest.mark.parametrize(
    ("argument", "path"),
    [
        (b"FROM:<>", Path("", {})),
        (b"from:<a@x>", Path("a@x", {})),
        (b"FROM:<a@x> SIZE=5 body=8BITMIME", Path("a@x", {"SIZE": "5", "BODY": "8BITMIME"})),
        (b"FROM:<@r1,@r2:a@x>", Path("a@x", {})),
        (b'FROM:<"a b<>\\""@x>', Path('"a b<>\\""@x', {})),
        ("FROM:<é@x>".encode(), Path("é@x", {})),
        (b"FROM:<a@[192.0.2.1]>", Path("a@[192.0.2.1]", {})),
    ],
)
def test_a_path_is_read(argument, path):
    assert read_path(argument, b"FROM") == path


@pytest.mark.parametrize(
    ("argument", "reply"),
    [
        (b"TO:<a@x>", "501 5.5.4"),
        (b"FROM:<a@x>SIZE=5", "501 5.5.4"),
        (b"FROM:<a b@x>", "501 5.5.4"),
        (b'FROM:<"a@x>', "501 5.5.4"),
        (b"FROM:<a@x\x07>", "501 5.5.4"),
        (b"FROM:<a@x><b@x>", "501 5.5.4"),
        (b"FROM:<" + b"a" * 300 + b"@x>", "501 5.1.0"),
        (b"FROM:<\xff@x>", "553 5.6.7"),
    ],
)
def test_what_is_no_path_is_refused(argument, reply):
    with pytest.raises(RefusedError) as caught:
        read_path(argument, b"FROM")

    assert str(caught.value).startswith(reply)


@pytest.mark.parametrize(
    ("parameters", "reply"),
    [
        ({"RET": "FULL"}, "555"),
        ({"SIZE": ""}, "501"),
        ({"SIZE": "-1"}, "501"),
        ({"SIZE": "²"}, "501"),
        ({"SIZE": "101"}, "552"),
        ({"BODY": "BINARYMIME"}, "501"),
    ],
)
def test_a_parameter_of_mail_that_cannot_hold_is_refused(parameters, reply):
    with pytest.raises(RefusedError) as caught:
        check_mail(Path("a@x", parameters), max_message_bytes=100)

    assert str(caught.value).startswith(reply)


def test_an_address_beyond_ascii_needs_smtputf8():
    check_ascii("é@x", has_smtputf8=True)
    with pytest.raises(RefusedError):
        check_ascii("é@x", has_smtputf8=False)
