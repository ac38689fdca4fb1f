import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.app.forms import (
    NAME,
    REDIS_LINK,
    WEB_LINK,
    ZONE,
    Address,
    mask_password,
    parse_address,
    parse_duration,
    parse_level,
    parse_size,
)


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [("25mb", 25 * 1024**2), ("512 KB", 524288), ("1gb", 1024**3), ("7", 7), ("2tb", 2 * 1024**4)],
)
def test_size_counts_in_steps_of_1024(text, size_bytes):
    assert parse_size(text) == size_bytes


@pytest.mark.parametrize("text", ["", "mb", "0", "-1mb", "1.5gb", "25 apples", "٣mb"])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="no size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:2525", Address("127.0.0.1", 2525)),
        ("localhost:0", Address("localhost", 0)),
        ("[::1]:25", Address("::1", 25)),
    ],
)
def test_address_is_host_and_port(text, address):
    assert parse_address(text) == address
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "2525", ":2525", "host", "host:", "host:65536", "::1:25", "a b:1"]
)
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueError, match="no address"):
        parse_address(text)


@given(st.integers(0, 65535))
def test_every_port_is_possible(port):
    assert parse_address(f"localhost:{port}").port == port


def test_duration_is_longer_than_zero():
    assert parse_duration("10m") == 600
    with pytest.raises(ValueError, match="0s"):
        parse_duration("0s")


@pytest.mark.parametrize("text", ["", "redis://:pw@10.0.0.5:6379/0", "unix:///run/redis.sock"])
def test_redis_link_is_one_of_redis_or_nothing(text):
    assert REDIS_LINK.parse(text) == text


@pytest.mark.parametrize("text", ["10.0.0.5:6379", "http://x", "redis://", "redis"])
def test_other_links_are_no_redis(text):
    with pytest.raises(ValueError, match="no link"):
        REDIS_LINK.parse(text)


def test_web_link_is_http():
    assert WEB_LINK.parse("https://x.example.org/stor") == "https://x.example.org/stor"
    with pytest.raises(ValueError, match="no link"):
        WEB_LINK.parse("ftp://x")


@pytest.mark.parametrize("text", ["Europe/Atlantis", "../etc/passwd", "/etc/localtime"])
def test_unknown_time_zone_is_refused(text):
    with pytest.raises(ValueError, match="no time zone"):
        ZONE.parse(text)


@pytest.mark.parametrize("text", ["", " x", "a\nb"])
def test_name_is_one_visible_line(text):
    with pytest.raises(ValueError, match="no name"):
        NAME.parse(text)


def test_password_of_a_link_is_hidden():
    assert mask_password("redis://ann:s3cret@h:1/0") == "redis://***@h:1/0"
    assert mask_password("redis://h:1/0") == "redis://h:1/0"


def test_a_level_is_a_time_and_a_name():
    assert parse_level("15m leads") == (900, "leads")
    assert parse_level("0m ann, bob") == (0, "ann, bob")
    for text in ("", "15m", "soon leads"):
        with pytest.raises(ValueError):
            parse_level(text)
