from cockpit.mail.parts import MAX_DEPTH, MAX_PARTS, split_parts


def split(raw):
    warnings = []
    fields, parts = split_parts(raw, warnings)
    return fields, [(part.content_type, part.body) for part in parts], warnings


def multipart(*parts, boundary=b"b", kind=b"mixed", last=b"--b--\r\n"):
    head = b'Content-Type: multipart/%s; boundary="%s"\r\n\r\n' % (kind, boundary)
    return head + b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + last


def test_a_plain_mail_is_one_part():
    fields, parts, warnings = split(b"Subject: x\r\n\r\nhello\r\n")

    assert fields == {"subject": ["x"]}
    assert parts == [("text/plain", b"hello\r\n")]
    assert warnings == []


def test_parts_come_in_order_and_the_line_end_belongs_to_the_boundary():
    raw = multipart(b"\r\none", b"Content-Type: text/html\r\n\r\ntwo\r\n")

    assert split(raw)[1:] == ([("text/plain", b"one"), ("text/html", b"two\r\n")], [])


def test_preamble_and_epilogue_are_no_parts():
    raw = multipart(b"\r\none").replace(b"\r\n\r\n--b", b"\r\n\r\npreamble\r\n--b", 1) + b"epilogue"

    assert split(raw)[1] == [("text/plain", b"one")]


def test_lines_may_end_in_lf_alone():
    raw = multipart(b"\r\none", b"\r\ntwo").replace(b"\r\n", b"\n")

    assert split(raw)[1] == [("text/plain", b"one"), ("text/plain", b"two")]


def test_a_longer_line_with_the_same_beginning_is_no_boundary():
    raw = multipart(b"\r\none\r\n--bb\r\n--b x\r\n --b\r\nx--b")

    assert split(raw)[1] == [("text/plain", b"one\r\n--bb\r\n--b x\r\n --b\r\nx--b")]


def test_a_missing_end_is_coped_with():
    assert split(multipart(b"\r\none", last=b""))[1:] == (
        [("text/plain", b"one\r\n")],
        ["the last part has no end"],
    )


def test_a_multipart_without_its_boundary_is_text():
    raw = b"Content-Type: multipart/mixed\r\n\r\n--b\r\nhello"

    assert split(raw)[1:] == (
        [("text/plain", b"--b\r\nhello")],
        ["multipart without its boundary: read as text"],
    )


def test_a_forwarded_mail_stays_whole():
    inner = b"Subject: in\r\n\r\nhello"
    raw = multipart(b"Content-Type: message/rfc822\r\n\r\n" + inner)

    assert split(raw)[1] == [("message/rfc822", inner)]


def test_a_digest_holds_mails():
    assert split(multipart(b"\r\nFrom: a@x\r\n\r\nx", kind=b"digest"))[1][0][0] == "message/rfc822"


def test_parts_inside_an_alternative_know_it():
    inner = multipart(b"\r\none", boundary=b"i", last=b"--i--")
    raw = multipart(inner, kind=b"alternative")
    parts = split_parts(raw, [])[1]

    assert [part.is_alternative for part in parts] == [True]


def test_without_any_field_all_of_it_is_body():
    assert split(b"hello\r\n\r\nworld")[:2] == ({}, [("text/plain", b"hello\r\n\r\nworld")])
    assert split(b"") == ({}, [("text/plain", b"")], [])


def test_a_header_over_the_cap_is_cut_and_does_not_spill_into_the_body():
    fields, parts, warnings = split(b"A: b\r\n" + b"X: y\r\n" * 50_000 + b"\r\nbody")

    assert fields["a"] == ["b"]
    assert parts == [("text/plain", b"body")]
    assert warnings == ["header over 262144 bytes: cut"]


def test_nesting_is_cut():
    levels = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (i, i)
        for i in range(MAX_DEPTH + 1)
    )
    _, parts, warnings = split(levels + b"\r\nhi")

    assert [kind for kind, _ in parts] == ["application/octet-stream"]
    assert f"more than {MAX_DEPTH} levels of parts: not opened" in warnings


def test_parts_over_the_limit_are_left_out():
    _, parts, warnings = split(multipart(*[b"\r\nx"] * (MAX_PARTS + 100)))

    assert len(parts) < MAX_PARTS
    assert warnings == [f"more than {MAX_PARTS} parts: the rest is left out"]


def test_lines_that_only_look_like_a_boundary_are_not_searched_for_ever():
    _, parts, warnings = split(multipart(b"\r\n" + b"--bx\r\n" * 30_000))

    assert len(parts) == 1
    assert "too many lines like a boundary: the rest is one part" in warnings
