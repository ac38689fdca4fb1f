import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks.envelope import Item, parse


def test_items_have_their_length_or_end_with_their_line():
    found = parse(
        b'{"event_id": "e"}\n'
        b'{"type": "attachment", "length": 5, "filename": "x"}\na\nb\nc\n'
        b'{"type": "event"}\n{"a": 1}\n'
    )

    assert found.header == {"event_id": "e"}
    assert found.items == [Item("attachment", b"a\nb\nc"), Item("event", b'{"a": 1}')]


@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_the_last_item_may_end_with_the_body(end):
    found = parse(b'{}\n{"type": "event", "length": 2}\n{}' + end)

    assert found.items == [Item("event", b"{}")]


def test_a_header_alone_is_an_envelope():
    assert parse(b"{}").items == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b'{}\n{"length": 9}\nab', b'{}\n{"length": -1}\nab', b"{}\nno json"],
)
def test_what_is_no_envelope_is_refused(body):
    with pytest.raises(InputError):
        parse(body)


def test_an_envelope_has_at_most_100_items():
    parse(b"{}\n" + b'{"type": "x"}\n\n' * 100)
    with pytest.raises(InputError, match="100"):
        parse(b"{}\n" + b'{"type": "x"}\n\n' * 101)
