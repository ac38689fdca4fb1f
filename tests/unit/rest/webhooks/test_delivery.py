import pytest

from cockpit.errors import InputError
from cockpit.rest.webhooks.delivery import Delivery, decode, words


def test_headers_are_found_whatever_their_case():
    delivery = Delivery(headers={"x-one": " 1 "})

    assert (delivery.header("X-One"), delivery.header("X-Two")) == ("1", "")


def test_a_header_that_is_missing_is_named():
    with pytest.raises(InputError, match="X-Two"):
        Delivery(headers={}).needed("X-Two")


def test_a_form_has_its_json_in_a_field():
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    delivery = Delivery(headers={"content-type": kind}, body=b"payload=%7B%22a%22%3A1%7D&b=2")

    assert delivery.json(dict, form_field="payload") == {"a": 1}
    with pytest.raises(InputError, match="no field other"):
        delivery.json(dict, form_field="other")


def test_json_that_was_sent_as_a_form_is_told_how_to_come():
    kind = "application/x-www-form-urlencoded"
    delivery = Delivery(headers={"content-type": kind}, body=b'{"a": 1}')

    with pytest.raises(InputError, match="Content-Type: application/json"):
        delivery.json(dict, form_field="payload")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff", b"[1]", b'"text"', b"[" * 100_000, b'{"a":' * 100_000, b"1e999999"],
    ids=["empty", "torn", "no-text", "list", "text", "deep-list", "deep-object", "huge"],
)
def test_what_is_no_json_object_is_the_senders_mistake(body):
    with pytest.raises(InputError, match="the body"):
        decode(body, dict)


def test_words_are_texts_each_once():
    assert words("a", None, " b ", "", "a", 7, {"c": 1}) == ["a", "b", "7"]
