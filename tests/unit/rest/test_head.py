import io

import pytest

from cockpit.rest.head import MAX_BYTES, MAX_FIELDS, TooLargeError, read_fields


def read(octets):
    return read_fields(io.BytesIO(octets).readline)


def test_fields_are_found_whatever_their_case():
    found = read(b"Host: x\r\nContent-Type:text/plain\r\nX:  a b \t\r\nx: c\r\nY:\r\n\r\n")

    assert (found.get("HOST"), found.getheader("host")) == ("x", "x")
    assert (found.get("x"), found.get_all("X")) == ("a b", ["a b", "c"])
    assert (found.get("y"), found.get("z"), found.get("z", "")) == ("", None, "")
    assert (found.typeheader, found.get_all("z"), found.status) == ("text/plain", [], "")


def test_lines_are_given_in_their_order():
    assert list(read(b"B: 1\r\nA:2\r\nB: 3\n\n").headers) == ["B: 1\r\n", "A: 2\r\n", "B: 3\r\n"]


def test_what_follows_the_empty_line_is_left():
    file = io.BytesIO(b"A: 1\r\n\r\nbody")
    read_fields(file.readline)

    assert file.read() == b"body"


@pytest.mark.parametrize(
    "octets",
    [
        b"Transfer-Encoding : chunked\r\n\r\n",
        b"A: 1\r\n folded\r\n\r\n",
        b"A: 1\r\n\tfolded\r\n\r\n",
        b"A: a\0b\r\n\r\n",
        b"A: a\rb\r\n\r\n",
        b"A\r\n\r\n",
        b": 1\r\n\r\n",
        b"A b: 1\r\n\r\n",
        b"\xc3\xa4: 1\r\n\r\n",
        b"A: 1\r\n",
        b"A: 1",
        b"",
    ],
)
def test_what_is_no_field_is_refused(octets):
    with pytest.raises(ValueError, match="is no header field"):
        read(octets)


@pytest.mark.parametrize(
    "octets",
    [
        b"A: " + b"x" * MAX_BYTES + b"\r\n\r\n",
        b"".join(b"A%d: " % n + b"x" * 4000 + b"\r\n" for n in range(20)) + b"\r\n",
        b"A: 1\r\n" * (MAX_FIELDS + 1) + b"\r\n",
        b"x" * 10 * MAX_BYTES,
    ],
)
def test_what_is_too_large_is_refused(octets):
    with pytest.raises(TooLargeError):
        read(octets)


def test_as_much_as_is_allowed_is_taken():
    assert len(list(read(b"A: 1\r\n" * MAX_FIELDS + b"\r\n").headers)) == MAX_FIELDS
