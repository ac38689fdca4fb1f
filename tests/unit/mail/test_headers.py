import pytest

from cockpit.mail.headers import (
    MAX_ADDRESSES,
    clean,
    first,
    read_addresses,
    read_date,
    read_fields,
    read_parameters,
    read_words,
)


def test_fields_are_unfolded_and_known_by_lower_case_name():
    block = b"Subject: a\r\n b\r\nRECEIVED : one\r\nReceived:two\r\nEmpty:\r\n"

    assert read_fields(block) == {"subject": ["a b"], "received": ["one", "two"], "empty": [""]}


def test_a_line_that_is_no_field_is_passed_over():
    assert read_fields(b"From ann Mon\n>junk\nFrom: a@x\nbad line\nTo: b@y") == {
        "from": ["a@x"],
        "to": ["b@y"],
    }


def test_raw_octets_are_utf8_else_latin_1():
    assert read_fields(b"A: caf\xc3\xa9\nB: caf\xe9") == {"a": ["café"], "b": ["café"]}


def test_fields_over_the_limit_are_left_out():
    assert len(read_fields(b"".join(b"X%d: y\r\n" % i for i in range(50)), limit=7)) == 7


def test_the_first_of_several_values_counts():
    assert first({"to": ["a", "b"]}, "to") == "a"
    assert first({}, "to") == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?caf=C3=A9_au_lait?= !", "café au lait !"),
        ("=?utf-8?B?w6k=?=\t =?UTF-8?B?w6k=?=", "éé"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"),
        ("a =?utf-8?q?b?= c =?utf-8?q?d?=", "a b c d"),
        ("=?iso-8859-1*en?q?caf=E9?=", "café"),
        ("=?x-unknown?q?caf=E9?=", "café"),
        ("=?utf-8?b?w6k?=", "é"),
        ("=?utf-8?q?broken", "=?utf-8?q?broken"),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("tab\there\0", "tab here"),
    ],
)
def test_encoded_words_are_decoded(value, text):
    assert read_words(value) == text


def test_cleaning_leaves_no_line_break_of_any_kind():
    assert clean(" a\r\nb\x85c\u2028d ") == "a b c d"


@pytest.mark.parametrize(
    ("values", "pairs"),
    [
        (["ann@example.org"], [("", "ann@example.org")]),
        (["Ann Lee <ann@example.org>"], [("Ann Lee", "ann@example.org")]),
        (["<ann@example.org>"], [("", "ann@example.org")]),
        (
            ['"Lee, Ann" <ann@example.org>, b@y (Bob)'],
            [("Lee, Ann", "ann@example.org"), ("Bob", "b@y")],
        ),
        (["a@x", "b@y"], [("", "a@x"), ("", "b@y")]),
        (["=?utf-8?q?Ren=C3=A9?= <r@x>"], [("René", "r@x")]),
        (["=?utf-8?q?boss=40x=2Corg=3E?= <evil@y>"], [("boss@x,org>", "evil@y")]),
        (["team: a@x, b@y;"], [("", "a@x"), ("", "b@y")]),
        (["undisclosed-recipients:;"], []),
        (["MAILER-DAEMON"], [("", "MAILER-DAEMON")]),
        ([""], []),
    ],
)
def test_addresses_are_told_apart(values, pairs):
    assert read_addresses(values) == (pairs, True)


def test_too_many_addresses_are_cut_and_said():
    pairs, is_whole = read_addresses([", ".join(f"u{i}@x" for i in range(MAX_ADDRESSES + 1))])

    assert len(pairs) == MAX_ADDRESSES
    assert not is_whole


@pytest.mark.parametrize("value", ["(" * 50_000, '"a' * 50_000, "a@" * 50_000])
def test_addresses_made_to_exhaust_are_given_up_and_said(value):
    assert not read_addresses([value])[1]


@pytest.mark.parametrize(
    ("value", "epoch"),
    [
        ("Mon, 23 Nov 2026 10:00:00 +0000", 1795428000),
        ("23 Nov 2026 12:00 +0200", 1795428000),
        ("yesterday", 0),
        ("Mon, 1 Jan 99999 00:00:00 +999999", 0),
        ("1 Jan " + "9" * 5000, 0),
        ("1 Jan 1901 00:00:00 +0000", 0),
        ("", 0),
    ],
)
def test_a_date_is_read_or_is_nought(value, epoch):
    assert read_date(value) == epoch


@pytest.mark.parametrize(
    ("value", "kind", "parameters"),
    [
        ("Text/Plain", "text/plain", {}),
        ('text/plain; Charset="utf-8" ; x=y', "text/plain", {"charset": "utf-8", "x": "y"}),
        ("a/b; name*0=one; name*1=two.txt", "a/b", {"name": "onetwo.txt"}),
        ("a/b; name*=utf-8''caf%C3%A9.txt", "a/b", {"name": "café.txt"}),
        ("a/b; name*=idna''xn--a", "a/b", {"name": "xn--a"}),
        ("a/b; name=one; name=two", "a/b", {"name": "one"}),
        ("a/b; name*" + "9" * 5000 + "=x", "a/b", {}),
        ("attachment;", "attachment", {}),
    ],
)
def test_parameters_are_read(value, kind, parameters):
    found_kind, found = read_parameters(value)

    assert found_kind == kind
    assert {k: v for k, v in found.items() if k} == parameters
