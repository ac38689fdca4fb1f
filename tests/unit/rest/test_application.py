import re
from dataclasses import replace

import falcon.testing
import pytest

from cockpit.rest import DOCS, OPEN, ROUTES, application
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
