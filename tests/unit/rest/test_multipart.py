import io

import falcon
import falcon.testing
import pytest

from cockpit.rest.multipart import FORM, MAX_PARTS, parts
from cockpit.rest.problem import UnreadableError

HEAD = b'Content-Disposition: form-data; name="a"'


def a_request(body, boundary="b0", **told):
    environ = falcon.testing.create_environ(
        method="POST",
        headers={"Content-Type": f"{FORM}; boundary={boundary}"} | told,
        body=body,
    )
    return falcon.Request(environ)


def a_form(*found, end=b"--b0--\r\n"):
    return b"".join(b"--b0\r\n" + part + b"\r\n" for part in found) + end


def test_parts_come_with_name_file_name_and_kind():
    named = b'Content-Disposition: form-data; name="f"; filename="\xc3\xa9.txt"\r\n'
    body = a_form(HEAD + b"\r\n\r\none", named + b"Content-Type: Text/X; a=b\r\n\r\ntwo\r\n")
    found = [(one.name, one.filename, one.kind, one.octets(9)) for one in parts(a_request(body))]

    assert found == [("a", None, "text/plain", b"one"), ("f", "é.txt", "text/x", b"two\r\n")]


def test_what_is_not_read_of_a_part_is_skipped():
    body = a_form(HEAD + b"\r\n\r\n" + b"x" * 100_000, HEAD + b"\r\n\r\ntwo")
    found = list(parts(a_request(body)))

    assert len(found) == 2


def test_a_part_comes_in_pieces():
    body = a_form(HEAD + b"\r\n\r\n" + b"x" * 600_000)
    sizes = [len(piece) for one in parts(a_request(body)) for piece in one.pieces()]

    assert sum(sizes) == 600_000
    assert max(sizes) <= 256 * 1024


def test_a_body_of_chunks_has_no_length():
    class Unknown:
        def __init__(self, req):
            self.stream, self.content_length = io.BytesIO(a_form(HEAD + b"\r\n\r\none")), None
            self.content_type = req.content_type

    assert [one.octets(9) for one in parts(Unknown(a_request(b"")))] == [b"one"]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "does not begin with the boundary"),
        (b"a preamble\r\n" + a_form(HEAD + b"\r\n\r\none"), "does not begin with the boundary"),
        (a_form(HEAD + b"\r\n\r\none", end=b""), "the form is broken"),
        (a_form(HEAD + b"\r\n\r\none", end=b"--b1--\r\n"), "the form is broken"),
        (b"--b0\r\n" + HEAD, "the form is broken"),
        (a_form(b"X: " + b"x" * 10_000 + b"\r\n\r\none"), "the form is broken"),
        (a_form(b"Content-Type: text/plain\r\n\r\none"), "a part has no name"),
        (a_form(b'Content-Disposition: form-data; name=""\r\n\r\none'), "a part has no name"),
        (a_form(b'Content-Disposition: form-data; name="\xff"\r\n\r\none'), "is not UTF-8"),
        (a_form(HEAD + b"\r\nContent-Type: \xff\r\n\r\none"), "is not UTF-8"),
        (
            a_form(HEAD + b"\r\nContent-Transfer-Encoding: base64\r\n\r\nb25l"),
            "the form is broken",
        ),
    ],
)
def test_what_is_no_form_is_told(body, what):
    with pytest.raises(UnreadableError) as refused:
        list(parts(a_request(body)))

    assert what in refused.value.description


def test_an_empty_line_before_the_form_is_borne():
    assert len(list(parts(a_request(b"\r\n" + a_form(HEAD + b"\r\n\r\none"))))) == 1


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; boundary=", f"{FORM}; boundary={'x' * 71}"])
def test_without_a_boundary_there_is_no_form(kind):
    with pytest.raises(falcon.HTTPInvalidHeader):
        list(parts(a_request(b"", **{"Content-Type": kind})))


def test_too_many_parts_are_too_large():
    body = a_form(*[HEAD + b"\r\n\r\none"] * (MAX_PARTS + 1))
    with pytest.raises(falcon.HTTPContentTooLarge):
        list(parts(a_request(body)))


def test_a_part_that_is_no_file_has_a_limit():
    body = a_form(HEAD + b"\r\n\r\n" + b"x" * 11)
    with pytest.raises(falcon.HTTPContentTooLarge) as refused:
        next(parts(a_request(body))).octets(10)

    assert "a: more than 10 bytes" in refused.value.description
