from contextlib import nullcontext
from typing import Literal

import falcon
import falcon.testing
import pytest

from cockpit.rest.payload import MAX_BODY_BYTES, Body, decode, is_json, media_type, read_body
from cockpit.rest.problem import UnreadableError


class Part(Body, frozen=True):
    size: int = 0


class Order(Body, frozen=True):
    name: str
    side: Literal["left", "right"] | None = None
    parts: tuple[Part, ...] = ()


def request(body, kind="application/json", **headers):
    headers |= {"Content-Type": kind} if kind else {}
    return falcon.Request(falcon.testing.create_environ(method="POST", body=body, headers=headers))


def test_a_body_becomes_its_struct():
    assert read_body(request('{"name": "a"}'), Order) == Order(name="a")


def test_a_number_without_a_fraction_is_an_integer():
    assert decode(b'{"name": "a", "parts": [{"size": 7.0}, {"size": -1e3}]}', Order) == Order(
        name="a", parts=(Part(size=7), Part(size=-1000))
    )


@pytest.mark.parametrize("number", ["7.5", "1e300", "9007199254740994.0"])
def test_any_other_number_with_a_point_is_none(number):
    with pytest.raises(UnreadableError) as refusal:
        decode(f'{{"size": {number}}}'.encode(), Part)

    assert refusal.value.description == "/size: Expected `int`, got `float`"


def test_no_body_is_an_empty_object_whatever_its_type():
    assert read_body(request("", "text/plain"), Part) == Part()


@pytest.mark.parametrize(
    ("body", "field", "detail"),
    [
        ('{"name": 1}', "/name", "Expected `str`, got `int`"),
        ("{}", "/name", "Object missing required field `name`"),
        ('{"n/a]m": "a"}', "/n~1a]m", "Object contains unknown field `n/a]m`"),
        (
            '{"name": "a", "parts": [{}, {"size": "x"}]}',
            "/parts/1/size",
            "Expected `int`, got `str`",
        ),
        ("[]", "", "Expected `object`, got `array`"),
        ('{"name": "a", "side": "up"}', "/side", "Invalid enum value 'up' (one of left, right)"),
    ],
)
def test_a_mistake_is_told_with_its_place(body, field, detail):
    with pytest.raises(UnreadableError) as refusal:
        read_body(request(body), Order)

    (mistake,) = refusal.value.mistakes
    assert (mistake.field, mistake.detail) == (field, detail)
    assert refusal.value.description == (f"{field}: {detail}" if field else detail)


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": "\xff"}', b"[" * 100_000])
def test_what_is_no_json_is_refused(body):
    with pytest.raises(UnreadableError):
        decode(body, Order)


def test_a_name_that_stands_twice_is_refused_by_name():
    with pytest.raises(UnreadableError) as refusal:
        decode(b'{"name": "a", "name": "b"}', Order)

    assert refusal.value.description == "name: stands twice in one object"


@pytest.mark.parametrize(
    "kind", ["application/json; charset=ISO-8859-1", 'application/json;a=b; Charset = "utf-16"']
)
def test_another_charset_is_415(kind):
    with pytest.raises(falcon.HTTPUnsupportedMediaType, match="415"):
        read_body(request('{"name": "a"}', kind), Order)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "us-ascii"])
def test_utf_8_may_be_said(charset):
    found = read_body(request('{"name": "a"}', f"application/json; charset={charset}"), Order)
    assert found.name == "a"


@pytest.mark.parametrize(
    ("coding", "is_taken"), [("gzip", False), ("br", False), ("Identity", True)]
)
def test_a_body_that_is_compressed_is_415(coding, is_taken):
    sent = request('{"name": "a"}', **{"Content-Encoding": coding})
    refusal = nullcontext() if is_taken else pytest.raises(falcon.HTTPUnsupportedMediaType)

    with refusal:
        read_body(sent, Order)


def test_another_media_type_is_415():
    with pytest.raises(falcon.HTTPUnsupportedMediaType):
        read_body(request("name: a", "application/yaml"), Order)


def test_more_than_the_limit_is_413():
    with pytest.raises(falcon.HTTPContentTooLarge):
        read_body(request(b" " * (MAX_BODY_BYTES + 1)), Order)


@pytest.mark.parametrize(
    ("kind", "is_one"),
    [
        ("Application/JSON; charset=utf-8", True),
        ("application/problem+json", True),
        ("", True),
        ("text/plain", False),
    ],
)
def test_types_of_json(kind, is_one):
    assert is_json(media_type(request("{}", kind))) is is_one
