import falcon
import falcon.testing
import pytest

from cockpit.rest import etag

ANN = "/people/ann"
NOW = etag.tag("now")


class Thing:
    """What is shown at an address, and how often it was edited."""

    def __init__(self, shown="now"):
        self.shown = shown
        self.edits = 0

    def on_get(self, req, resp):
        etag.show(req, resp, self.shown)

    def on_put(self, req, resp):
        etag.must_match(req, self.shown)
        self.edits += 1


def asked(method, headers, shown="now"):
    thing = Thing(shown)
    app = falcon.App()
    app.add_route("/it", thing)
    answer = falcon.testing.TestClient(app).simulate_request(method, "/it", headers=headers)
    return answer, thing.edits


def test_what_is_shown_has_a_tag_that_stays_while_it_does():
    (first, _), (again, _), (other, _) = (asked("GET", {}, one) for one in ("now", "now", "new"))

    assert first.headers["ETag"] == again.headers["ETag"] == f'"{NOW}"' != other.headers["ETag"]


@pytest.mark.parametrize(
    ("given", "status"),
    [(f'"{NOW}"', 304), (f'W/"{NOW}"', 304), (f'"x", "{NOW}"', 304), ("*", 304), ('"x"', 200)],
)
def test_who_has_it_already_is_not_given_it_again(given, status):
    answer, _ = asked("GET", {"If-None-Match": given})

    assert (answer.status_code, answer.headers["ETag"]) == (status, f'"{NOW}"')
    assert bool(answer.content) == (status == 200)


@pytest.mark.parametrize(
    ("headers", "shown", "edits"),
    [
        ({}, "now", 1),
        ({}, None, 1),
        ({"If-Match": f'"{NOW}"'}, "now", 1),
        ({"If-Match": f'"x", "{NOW}"'}, "now", 1),
        ({"If-Match": "*"}, "now", 1),
        ({"If-Match": "*"}, None, 0),
        ({"If-Match": f'"{NOW}"'}, "new", 0),
        ({"If-Match": f'W/"{NOW}"'}, "now", 0),
        ({"If-Match": ""}, "now", 0),
        ({"If-Match": "a, b"}, "now", 0),
        ({"If-None-Match": "*"}, "now", 0),
        ({"If-None-Match": "*"}, None, 1),
        ({"If-None-Match": f'"{NOW}"'}, "now", 0),
        ({"If-None-Match": '"x"'}, "now", 1),
    ],
)
def test_an_edit_holds_only_for_what_its_author_saw(headers, shown, edits):
    answer, done = asked("PUT", headers, shown)

    assert (answer.status_code, done) == (200 if edits else 412, edits)


def test_a_person_is_not_changed_over_somebody_elses_change(client):
    client.simulate_put(ANN, json={"mail": "ann@here"})
    seen = {"If-Match": client.simulate_get(ANN).headers["ETag"]}
    made = client.simulate_put(ANN, json={"mail": "ann@there"}, headers=seen)

    assert made.status_code == 200
    assert made.headers["ETag"] == client.simulate_get(ANN).headers["ETag"]
    assert client.simulate_put(ANN, json={"mail": "ann@x"}, headers=seen).status_code == 412
    assert client.simulate_delete(ANN, headers=seen).status_code == 412
    assert client.simulate_get(ANN).json["mail"] == "ann@there"


def test_a_person_may_be_added_only(client):
    only = {"If-None-Match": "*"}

    assert client.simulate_put(ANN, json={"mail": "a@b"}, headers=only).status_code == 201
    assert client.simulate_put(ANN, json={"mail": "a@c"}, headers=only).status_code == 412


def test_what_is_wrong_anyhow_is_told_first(client):
    stale = {"If-Match": '"x"'}

    assert client.simulate_put("/people/_", json={}, headers=stale).status_code == 422
