import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.rest.chunks import Chunks

SIZES = st.lists(st.integers(1, 50), max_size=8)


def whole(octets, size=10**6):
    chunks = Chunks(io.BytesIO(octets))
    pieces = list(iter(lambda: chunks.read(size), b""))
    assert chunks.is_over
    return b"".join(pieces)


@given(SIZES, st.integers(1, 60))
def test_however_it_is_cut_the_same_comes_out(sizes, size):
    bodies = [bytes([65 + n]) * length for n, length in enumerate(sizes)]
    octets = b"".join(b"%x\r\n%s\r\n" % (len(body), body) for body in bodies) + b"0\r\n\r\n"

    assert whole(octets, size) == b"".join(bodies)


@pytest.mark.parametrize(
    "octets",
    [
        b"5\r\nhello\r\n0\r\n\r\n",
        b"005\r\nhello\r\n000\r\n\r\n",
        b"5;a=b\r\nhello\r\n0;c\r\n\r\n",
        b"5 ;a\r\nhello\r\n0\r\nX-Sum: 1\r\nY:2\r\n\r\n",
    ],
)
def test_extensions_and_trailers_are_left_out(octets):
    assert whole(octets) == b"hello"


def test_what_follows_is_left():
    file = io.BytesIO(b"1\r\na\r\n0\r\n\r\nGET")
    chunks = Chunks(file)
    while chunks.read(5):
        pass

    assert file.read() == b"GET"


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"\r\n",
        b"xyz\r\n",
        b"0x5\r\nhello\r\n0\r\n\r\n",
        b"+5\r\nhello\r\n0\r\n\r\n",
        b"-5\r\nhello\r\n0\r\n\r\n",
        b"1_0\r\nhello\r\n0\r\n\r\n",
        b" 5\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n",
        b"5\r\nhello0\r\n\r\n",
        b"5\r\nhelloXX0\r\n\r\n",
        b"5\r\nhel",
        b"5\r\nhello\r\n",
        b"5\r\nhello\r\n0\r\n",
        b"5\r\nhello\r\n0\r\nno trailer\r\n\r\n",
        b"fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        b"5;" + b"x" * 10_000 + b"\r\nhello\r\n0\r\n\r\n",
        b"5\r\nhello\r\n0\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
        b"1\r\nx\r\n" * 40_000 + b"0\r\n\r\n",
    ],
)
def test_what_is_no_chunk_is_refused(octets):
    with pytest.raises(ValueError):
        whole(octets)


def test_small_chunks_are_taken_while_they_carry_more_than_they_cost():
    assert whole(b"8\r\n12345678\r\n" * 40_000 + b"0\r\n\r\n") == b"12345678" * 40_000
