import gzip
import zlib

import brotli
import pytest

from cockpit.errors import InputError
from cockpit.rest.encoding import TooLongError, unpack

TEXT = b"hello " * 100


def raw_deflate(text):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(text) + packer.flush()


PACKED = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}


@pytest.mark.parametrize("coding", PACKED)
def test_each_coding_is_unpacked(coding):
    assert unpack(PACKED[coding](TEXT), coding.upper(), limit_bytes=600) == TEXT


def test_deflate_may_come_without_its_head():
    assert unpack(raw_deflate(TEXT), "deflate", limit_bytes=600) == TEXT


@pytest.mark.parametrize("coding", ["", "identity", " , "])
def test_what_is_not_packed_stays(coding):
    assert unpack(TEXT, coding, limit_bytes=1) == TEXT


@pytest.mark.parametrize("coding", PACKED)
def test_a_bomb_does_not_go_off(coding):
    bomb = PACKED[coding](b"\0" * 50_000_000)

    with pytest.raises(TooLongError, match="1000000"):
        unpack(bomb, coding, limit_bytes=1_000_000)


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize(
    "spoil", [lambda packed: b"x" + packed, lambda packed: packed[:-9], lambda _: b""]
)
def test_what_is_torn_is_refused(coding, spoil):
    with pytest.raises(InputError, match=f"not {coding}"):
        unpack(spoil(PACKED[coding](TEXT)), coding, limit_bytes=1000)


@pytest.mark.parametrize("coding", ["zstd", "gzip, br"])
def test_a_coding_that_nobody_knows_is_refused(coding):
    with pytest.raises(InputError, match="Content-Encoding"):
        unpack(TEXT, coding, limit_bytes=1000)
