from typing import Literal

import falcon
import falcon.testing
import msgspec
import pytest

from cockpit.rest.problem import UnreadableError
from cockpit.rest.query import Nothing, Page, Wait, read


class Asked(Page, frozen=True, kw_only=True):
    state: str = ""
    side: Literal["", "left", "right"] = ""
    wait: Wait = 0


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    action: str


def request(query):
    return falcon.Request(falcon.testing.create_environ("/", query_string=query))


def test_what_is_not_given_has_its_default():
    assert read(request(""), Asked) == Asked(limit=50, state="", wait=0)


def test_text_becomes_the_type_of_its_field():
    assert read(request("limit=7&state=ok&wait=1.5"), Asked) == Asked(limit=7, state="ok", wait=1.5)


@pytest.mark.parametrize("given", ["1", "1000"])
def test_a_limit_at_its_ends_is_fine(given):
    assert read(request(f"limit={given}"), Asked).limit == int(given)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("limt=5", "limt: there is no such query parameter; is limit meant?"),
        ("q=5", "q: there is no such query parameter (one of limit, state, side, wait)"),
        ("limit=0", "limit: expected int >= 1, not '0'"),
        ("limit=1001", "limit: expected int <= 1000, not '1001'"),
        ("limit=many", "limit: expected int, not 'many'"),
        ("limit=", "limit: expected int, not ''"),
        ("wait=-1", "wait: expected float >= 0.0, not '-1'"),
        ("wait=nan", "wait: expected float >= 0.0, not 'nan'"),
        ("limit=1&limit=2", "limit: given more than once"),
        ("side=up", "side: 'up' is none of left, right"),
        ("side=left%0A", "side: 'left\\n' is none of left, right"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(query, why):
    with pytest.raises(UnreadableError) as refusal:
        read(request(query), Asked)

    assert refusal.value.description == why


def test_a_parameter_that_is_missing_is_named():
    with pytest.raises(UnreadableError) as refusal:
        read(request(""), Owed)

    (mistake,) = refusal.value.mistakes
    assert (mistake.field, mistake.detail) == ("action", "missing")


def test_an_address_without_parameters_says_so():
    with pytest.raises(UnreadableError) as refusal:
        read(request("limit=1"), Nothing)

    assert refusal.value.description.endswith("; this address takes none")


def test_every_parameter_has_a_default():
    assert msgspec.convert({}, Asked) == Asked()


def test_a_loose_address_ignores_what_it_does_not_name():
    assert read(request("limit=7&iss=x&iss=y"), Page, is_loose=True) == Page(limit=7)
    with pytest.raises(UnreadableError):
        read(request("limit=x&iss=y"), Page, is_loose=True)
