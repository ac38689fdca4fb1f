import inspect

import msgspec
import pytest

from cockpit.rest.routes import DOCS, PARTS, ROUTES, routes, tags

TABLE = (*DOCS, *ROUTES)
ALL = list(routes(TABLE))


def test_every_method_has_a_name_of_its_own():
    names = [route.id for route in ALL]

    assert len(names) == len(set(names)) > len(TABLE)


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.id)
def test_a_body_refuses_what_it_does_not_name(route):
    body = route.operation.body

    if inspect.isclass(body) and issubclass(body, msgspec.Struct):
        assert body.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.id)
def test_an_operation_says_in_a_line_what_it_does(route):
    assert 5 < len(route.operation.summary) < 100


def test_every_heading_says_what_stands_under_it():
    assert all(tags(TABLE).values())


def test_every_part_of_an_address_is_described():
    used = {word for address, _, _ in TABLE for word in address.split("/") if word[:1] == "{"}

    assert {word.strip("{}") for word in used} == set(PARTS)


def test_a_responder_that_says_nothing_is_found():
    class Silent:
        def on_get(self, req, resp):
            pass

    with pytest.raises(LookupError):
        list(routes([("/x", Silent, None)]))
