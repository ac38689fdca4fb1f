import json

import falcon
import falcon.testing
import pytest

from cockpit.errors import ConflictError, InputError, OpsError
from cockpit.rest.problem import UnreadableError, install, or_not_found, or_unreadable, problem


class Raises:
    def __init__(self, error):
        self.error = error

    def on_get(self, _req, _resp):
        raise self.error


class Misses:
    def on_get(self, _req, _resp):
        with or_not_found():
            raise InputError("no job x")


def answer(resource, path="/it", method="GET", *, reported=None):
    app = falcon.App()
    install(app, report=pytest.fail if reported is None else reported.append)
    app.add_route(path if path == "/health/live" else "/it", resource)
    return falcon.testing.TestClient(app).simulate_request(method, path)


def said(found):
    assert found.headers["Content-Type"] == "application/problem+json"
    return found.json


def test_a_problem_has_the_four_members():
    assert json.loads(problem("404 Not Found", "no job x")) == {
        "type": "urn:cockpit:problem:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "no job x",
    }


def test_wrong_input_is_422_with_its_reason():
    found = said(answer(Raises(InputError("subject: missing"))))

    assert (found["status"], found["detail"]) == (422, "subject: missing")


def test_what_a_look_up_refuses_is_404():
    found = said(answer(Misses()))

    assert (found["status"], found["detail"]) == (404, "no job x")


def test_trouble_is_503_and_says_when_to_come_again():
    found = answer(Raises(OpsError("Redis is away")))

    assert (said(found)["status"], found.headers["Retry-After"]) == (503, "5")
    assert found.json["detail"] == "Redis is away"


def test_trouble_tells_strangers_nothing_and_us_everything():
    reported = []
    error = OpsError("cannot read /home/ann/x")
    found = said(answer(Raises(error), "/health/live", reported=reported))

    assert found["status"] == 503
    assert "ann" not in found["detail"]
    assert reported == [error]


def test_a_bug_is_500_reported_and_not_shown():
    reported = []
    error = KeyError("/home/ann/secret")
    found = said(answer(Raises(error), reported=reported))

    assert found["status"] == 500
    assert "ann" not in json.dumps(found)
    assert reported == [error]


@pytest.mark.parametrize(("path", "method", "status"), [("/no", "GET", 404), ("/it", "PUT", 405)])
def test_what_the_router_refuses_looks_the_same(path, method, status):
    found = said(answer(Misses(), path, method))

    assert found["status"] == status
    assert found["detail"]


def test_a_wrong_method_names_those_that_are_right():
    assert "GET" in answer(Misses(), method="PUT").headers["Allow"]


def test_an_http_error_keeps_its_own_words():
    found = said(answer(Raises(falcon.HTTPContentTooLarge(description="too big"))))

    assert (found["status"], found["title"], found["detail"]) == (
        413,
        "Content Too Large",
        "too big",
    )


@pytest.mark.parametrize(
    ("text", "fields"),
    [("header.to[0]: no text", ["/header/to/0"]), ("method: missing", ["/method"]), ("no: ", [])],
)
def test_a_body_that_is_no_plain_json_has_pointers_too(text, fields):
    with pytest.raises(UnreadableError) as refusal, or_unreadable():
        raise InputError(text)

    assert [one.field for one in refusal.value.mistakes] == fields


def test_what_is_there_and_busy_is_not_missing():
    with pytest.raises(ConflictError), or_not_found():
        raise ConflictError("job x runs")
