import falcon.testing
import pytest


@pytest.fixture
def holder(app):
    """Give a function that asks with a token."""
    client = falcon.testing.TestClient(app)

    def ask(token, method, path, body=None):
        headers = {"Authorization": f"Bearer {token}"}
        return client.simulate_request(method, path, json=body, headers=headers)

    return ask


def create(client, name="ann", **more):
    return client.simulate_post("/tokens", json={"name": name, "scope": "operate", **more})


def test_a_token_is_told_once_and_opens_the_door(client, holder):
    made = create(client)
    token = made.json["token"]

    assert made.status_code == 201
    assert holder(token, "GET", "/status").status_code == 200
    (row,) = client.simulate_get("/tokens").json
    assert (row["name"], row["scope"], row["expires"]) == ("ann", "operate", 0)
    assert row["used"] >= row["epoch"]
    assert token not in client.simulate_get("/tokens").text


def test_a_token_reaches_as_far_as_its_scope(client, holder):
    token = create(client).json["token"]

    assert holder(token, "GET", "/tokens").status_code == 403
    assert holder(token, "POST", "/tokens", {"name": "x"}).status_code == 403
    assert holder(token, "GET", "/audit").status_code == 403


def test_a_revoked_token_opens_nothing(client, holder):
    token = create(client).json["token"]

    assert client.simulate_delete("/tokens/ann").status_code == 204
    assert holder(token, "GET", "/status").status_code == 401
    assert client.simulate_delete("/tokens/ann").status_code == 404


def test_a_name_that_is_taken_is_a_conflict(client):
    create(client)

    assert create(client).status_code == 409


def test_a_token_may_expire(client):
    create(client, expires="90d")
    (row,) = client.simulate_get("/tokens").json

    assert row["expires"] == row["epoch"] + 90 * 86400


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"expires": "soon"}, 422), ({"expires": "0s"}, 422), ({"scop": "x"}, 400)],
)
def test_what_is_wrong_makes_no_token(client, wrong, status):
    assert create(client, **wrong).status_code == status
    assert client.simulate_get("/tokens").json == []


def test_a_life_that_is_no_duration_is_named(client):
    (mistake,) = create(client, expires="soon").json["errors"]

    assert (mistake["field"], "is not a duration" in mistake["detail"]) == ("/expires", True)


def test_changes_are_listed(client, holder):
    token = create(client).json["token"]
    holder(token, "DELETE", "/jobs/none")
    rows = client.simulate_get("/audit").json

    assert [(row["who"], row["what"], row.get("status")) for row in rows] == [
        ("ann", "DELETE /jobs/none", 404),
        ("ann", "DELETE /jobs/none", None),
        ("local", 'POST /tokens {"name":"ann","scope":"operate"}', None),
        ("local", "POST /tokens", None),
    ]
    assert len(client.simulate_get("/audit", query_string="limit=1&who=local").json) == 1
    assert client.simulate_get("/audit", query_string="before=x").status_code == 422
