import re
from dataclasses import replace

import falcon.testing
import pytest

from cockpit.rest import DOCS, OPEN, ROUTES, application
from cockpit.rest.application import describe
from cockpit.rest.guard import is_open

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
TOKEN = "the-token"
CHALLENGE = "WWW-Authenticate"
HASH = "abcd" + "0" * 60
EXAMPLES = {
    "space": "mail",
    "ab": "ab",
    "cd": "cd",
    "digest": HASH,
    "project": "7",
    "file": "start.js",
}
PATHS = [
    re.sub(r"{(\w+)}", lambda m: EXAMPLES.get(m[1], "x"), route) for route, _, _ in (*DOCS, *ROUTES)
]


@pytest.mark.parametrize("path", PATHS)
def test_only_what_the_table_opens_answers_without_a_token(stranger, path):
    challenges = {m: stranger.simulate_request(m, path).headers.get(CHALLENGE) for m in METHODS}
    answers = {method: said != 'Bearer realm="cockpit"' for method, said in challenges.items()}

    assert answers == {method: is_open(method, path) for method in METHODS}


@pytest.mark.parametrize("entry", OPEN)
def test_every_entry_of_the_table_opens_a_route_that_is_there(client, entry):
    methods, pattern = entry
    open_paths = [path for path in PATHS if re.fullmatch(pattern, path)]

    assert open_paths
    for method in methods:
        assert client.simulate_request(method, open_paths[0]).status_code != 405


# Senders put there what they like.
OUR_OWN = [path for path in PATHS if not path.startswith(("/webhooks/", "/api/"))]


@pytest.mark.parametrize("path", OUR_OWN)
def test_every_route_refuses_a_parameter_it_does_not_know(client, path):
    answers = {m: client.simulate_request(m, path, query_string="nonsense=1") for m in METHODS}
    taken = {m: a for m, a in answers.items() if a.status_code != 405 and m != "OPTIONS"}

    assert taken
    assert {m: a.status_code for m, a in taken.items()} == dict.fromkeys(taken, 400)


@pytest.mark.parametrize("path", PATHS)
def test_head_is_answered_wherever_get_is(client, path):
    allowed = client.simulate_patch(path).headers["Allow"].split(", ")

    assert ("HEAD" in allowed) == ("GET" in allowed)


def test_head_has_the_status_and_length_of_get_and_no_body(client):
    shown, head = client.simulate_get("/people"), client.simulate_head("/people")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == shown.headers["Content-Length"] == "2"


@pytest.mark.parametrize("path", ["/runs/", "/people/", "/ays/repository/desk/aysrun/"])
def test_an_empty_name_is_not_there(client, path):
    assert client.simulate_get(path).status_code == 404


def test_an_address_that_is_not_there_is_a_problem_too(client):
    found = client.simulate_get("/nothing")

    assert found.json["status"] == found.status_code == 404
    assert found.headers["Content-Type"] == "application/problem+json"


def test_a_bug_in_a_room_is_reported_and_not_shown(rooms, reported):
    error = ZeroDivisionError("secret")

    def broken():
        raise error

    app = application(replace(rooms, status=broken), report=reported.append)
    headers = {"Authorization": f"Bearer {TOKEN}"}
    found = falcon.testing.TestClient(app, headers=headers).simulate_get("/status")

    assert (found.status_code, "secret" in found.text) == (500, False)
    assert reported == [error]


DESCRIPTION = describe()
OPERATIONS = {
    f"{method} {path}": told
    for path, methods in DESCRIPTION["paths"].items()
    for method, told in methods.items()
}
EMPTY = ({}, {"type": "object"})


def shapes(holder):
    return [content["schema"] for content in holder.get("content", {}).values()]


BODIES = sorted(
    {
        shape["$ref"].rpartition("/")[2]
        for told in OPERATIONS.values()
        for shape in shapes(told.get("requestBody", {}))
        if "$ref" in shape
    }
)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_is_described(name):
    told = OPERATIONS[name]
    good = [answer for status, answer in told["responses"].items() if status[0] in "23"]
    bad = [answer for status, answer in told["responses"].items() if status[0] == "4"]

    assert told["summary"]
    assert "Scope: `" in told["description"] or told["security"] == []
    assert [one["name"] for one in told["parameters"] if not one["description"]] == []
    assert good
    assert [shape for answer in good for shape in shapes(answer) if shape in EMPTY] == []
    assert [shape for shape in shapes(told.get("requestBody", {})) if shape in EMPTY] == []
    assert {"$ref": "#/components/schemas/Problem"} in [s for answer in bad for s in shapes(answer)]


@pytest.mark.parametrize("name", DESCRIPTION["components"]["schemas"])
def test_a_type_has_a_plain_name_and_says_what_it_is(name):
    assert re.fullmatch(r"[A-Z]\w+", name)
    assert DESCRIPTION["components"]["schemas"][name]["description"]


@pytest.mark.parametrize("name", BODIES)
def test_every_field_of_a_body_is_described(name):
    fields = DESCRIPTION["components"]["schemas"][name]["properties"]

    assert [field for field, told in fields.items() if not told.get("description")] == []
