import inspect
import re

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


@pytest.mark.parametrize("part", PARTS)
def test_an_example_of_a_part_looks_as_its_pattern_says(part):
    told = PARTS[part]

    for given in filter(None, (told.example, told.other) if told.pattern else ()):
        assert re.fullmatch(told.pattern, given)


def test_a_responder_that_says_nothing_is_found():
    class Silent:
        def on_get(self, req, resp):
            pass

    with pytest.raises(LookupError):
        list(routes([("/x", Silent, None)]))


ORIGINAL = (
    ("POST", "/cockpit/update"),
    ("GET", "/ays/reload"),
    ("POST", "/ays/template"),
    ("GET", "/ays/repository"),
    ("POST", "/ays/repository"),
    ("GET", "/ays/repository/desk"),
    ("DELETE", "/ays/repository/desk"),
    ("POST", "/ays/repository/desk/init"),
    ("POST", "/ays/repository/desk/simulate"),
    ("POST", "/ays/repository/desk/execute"),
    ("GET", "/ays/repository/desk/blueprint"),
    ("POST", "/ays/repository/desk/blueprint"),
    ("GET", "/ays/repository/desk/blueprint/1.yaml"),
    ("POST", "/ays/repository/desk/blueprint/1.yaml"),
    ("PUT", "/ays/repository/desk/blueprint/1.yaml"),
    ("DELETE", "/ays/repository/desk/blueprint/1.yaml"),
    ("PUT", "/ays/repository/desk/blueprint/1.yaml/archive"),
    ("PUT", "/ays/repository/desk/blueprint/1.yaml/restore"),
    ("GET", "/ays/repository/desk/service"),
    ("GET", "/ays/repository/desk/service/desk"),
    ("GET", "/ays/repository/desk/service/desk/main"),
    ("DELETE", "/ays/repository/desk/service/desk/main"),
    ("GET", "/ays/repository/desk/service/desk/main/action"),
    ("GET", "/ays/repository/desk/template"),
    ("POST", "/ays/repository/desk/template"),
    ("GET", "/ays/repository/desk/template/desk"),
    ("GET", "/ays/repository/desk/aysrun"),
    ("GET", "/ays/repository/desk/aysrun/1"),
    ("GET", "/ays/repository/desk/source/0"),
    ("GET", "/ays/repository/desk/hrd/0"),
    ("POST", "/webhooks/github"),
    ("GET", "/oauth/callback"),
)
"""The endpoints of the cockpit of 2016, in the order of its RAML."""


def test_all_endpoints_of_the_original_are_counted():
    assert len(set(ORIGINAL)) == 32


@pytest.mark.parametrize(("method", "path"), ORIGINAL)
def test_an_endpoint_of_the_original_answers(client, method, path):
    found = client.simulate_request(method, path, query_string="nonsense=1")

    # What an address has no route for is told so; a parameter that is wrong, only by a responder.
    assert found.status_code != 405
    assert found.json["detail"] != "there is nothing at this address"
