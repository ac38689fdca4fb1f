import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.errors import InputError
from cockpit.robot.destination import Destination, parse


@pytest.mark.parametrize(
    ("url", "found", "authority"),
    [
        ("http://a.example", Destination("http", "a.example", 80, "/"), "a.example"),
        ("HTTPS://A.example:443/x?y=1#z", Destination("https", "a.example", 443, "/x?y=1"), "a.example"),
        ("https://a.example:8443?y", Destination("https", "a.example", 8443, "/?y"), "a.example:8443"),
        ("http://[2001:DB8::1]:8080/", Destination("http", "2001:db8::1", 8080, "/"), "[2001:db8::1]:8080"),
        ("https://[::1]/a%20b", Destination("https", "::1", 443, "/a%20b"), "[::1]"),
        ("http://10.0.0.1:80/", Destination("http", "10.0.0.1", 80, "/"), "10.0.0.1"),
    ],
)  # fmt: skip
def test_an_address_is_taken_apart(url, found, authority):
    assert (parse(url), parse(url).authority) == (found, authority)
    assert parse(url).is_tls == (found.scheme == "https")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "gopher://a.example/",
        "http://",
        "http:///path",
        "http://:80/",
        "http://a..example/",
        f"http://{'a' * 64}.example/",
        "http://a.example:0/",
        "http://a.example:65536/",
        "http://a.example:port/",
        "http://a.example:080/",
        "http://a.example:/",
        "http://s3cret@a.example/",
        "http://me:s3cret@a.example/",
        "http://a.example\\@b.example/",
        "http://a.example /",
        "http://a.example/x\r\nHost: b",
        "http://a.example/\t",
        "http://a.example/\x7f",
        "http://a.example/é",
        "http://é.example/",
        "http://[::1/",
        "http://[::1]x/",
        "http://x[::1]/",
        None,
        7,
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(url):
    with pytest.raises(InputError, match=r"^post: ") as refusal:
        parse(url)

    assert "s3cret" not in str(refusal.value)
    assert refusal.value.__cause__ is None


@pytest.mark.parametrize("url", ["https://a.example/s3cret", "https://a.example?key=s3cret"])
def test_people_are_told_the_origin_alone(url):
    assert parse(url).origin == "https://a.example"


@given(st.text())
def test_a_text_is_an_address_or_refused(text):
    for url in (text, f"http://{text}", f"http://a.example/{text}"):
        try:
            found = parse(url)
        except InputError:
            continue
        assert found.host
        assert 0 < found.port < 65536
        assert found.target.startswith("/")
        assert f"{found.authority}{found.target}".isprintable()
