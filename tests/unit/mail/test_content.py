import pytest
from hypothesis import given
from hypothesis import strategies as st

from cockpit.mail.content import decode_base64, decode_text, decode_transfer, read_html


@pytest.mark.parametrize(
    ("encoding", "body", "octets", "is_sound"),
    [
        ("base64", b"aGVs\r\nbG8=\r\n", b"hello", True),
        ("BASE64 ", b"aGVsbG8", b"hello", False),
        ("base64", b"aGV*sbG8=", b"hello", True),
        ("base64", b"aGVsbG8=aGVsbG8=", b"hellohello", False),
        ("base64", b"aGVsb", b"hel", False),
        ("base64", b"", b"", True),
        ("quoted-printable", b"caf=C3=A9 =\r\nhere=ZZ", b"caf\xc3\xa9 here=ZZ", True),
        ("x-uuencode", b"begin 644 a\r\n%:&5L;&\\\r\n`\r\nend\r\n", b"hello", True),
        ("x-uuencode", b"begin 644 a\r\n\x01\x02\x03\r\nend\r\n", b"", True),
        ("8bit", b"\xff", b"\xff", True),
        ("rot13", b"abc", b"abc", False),
    ],
)
def test_a_transfer_encoding_is_undone_as_far_as_it_goes(encoding, body, octets, is_sound):
    assert decode_transfer(body, encoding) == (octets, is_sound)


@pytest.mark.parametrize(
    ("data", "charset", "text", "is_right"),
    [
        (b"caf\xe9", "iso-8859-1", "café", True),
        (b"\x93caf\xe9\x94", "ISO-8859-1", "“café”", True),
        ("Grüße".encode(), "us-ascii", "Grüße", True),
        ("Grüße".encode(), "", "Grüße", True),
        ("Grüße".encode(), "x-made-up", "Grüße", False),
        (b"caf\xe9", "utf-8", "café", False),
        ("龍門".encode("gb18030"), '"gb2312"', "龍門", True),
        (b"\xff\x81", "", "ÿ\ufffd", False),
        (b"+2AA-", "utf-7", "+2AA-", False),
        (b"xn--a", "idna", "xn--a", False),
        (b"abc", "a\0b", "abc", False),
    ],
)
def test_text_is_decoded_by_its_charset_else_utf8_else_windows(data, charset, text, is_right):
    assert decode_text(data, charset) == (text, is_right)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>Hi&nbsp;<b>Ann</b></p><p>bye &lt;3</p>", "Hi Ann\n\nbye <3"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("<style>p { x: y }</style><title>t</title>a<script>if (a<b) c()</script>b", "ab"),
        ("a<!-- <b>x</b> -- > -->b", "ab"),
        ("a<!---->b", "ab"),
        ("<!DOCTYPE html><?xml?><a href='x'>link</a>", "link"),
        ("1 < 2 and 3 > 2 <3", "1 < 2 and 3 > 2 <3"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a b"),
        ("line\r\n  goes   on", "line goes on"),
        ("a\0b", "ab"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
        ("a<!-- never ends", "a"),
        ("", ""),
    ],
)
def test_html_is_read_as_text(source, text):
    assert read_html(source) == text


@given(st.binary())
def test_base64_takes_any_octets(data):
    assert isinstance(decode_base64(data)[0], bytes)


@given(st.binary(), st.text(max_size=12) | st.sampled_from(["utf-16", "hz", "iso-2022-jp", "big5"]))
def test_decoded_text_can_always_be_written_again(data, charset):
    text, _ = decode_text(data, charset)

    assert text.encode("utf-8").decode("utf-8") == text


@given(st.text(alphabet="<>!-/abp &#;\n") | st.text())
def test_html_of_any_shape_gives_text_without_empty_edges(source):
    text = read_html(source)

    assert text == text.strip("\n")
