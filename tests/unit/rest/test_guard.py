import falcon
import falcon.testing
import pytest

from cockpit.errors import InputError, OpsError
from cockpit.rest.guard import Guard, is_open

HASH = "ab" + "cd" + "0" * 60


class Hello:
    def on_get(self, _req, resp):
        resp.text = "hello"


def door(is_allowed, report=pytest.fail):
    app = falcon.App(middleware=[Guard(is_allowed, report=report)])
    app.add_route("/hello", Hello())
    return falcon.testing.TestClient(app)


def status(client, authorization=None, path="/hello"):
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.simulate_get(path, headers=headers).status_code


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_valid_token_comes_in(scheme):
    assert status(door(lambda token: token == "right"), f"{scheme} right") == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        "Basic right",
        "right",
        "Bearer right, Bearer x",
    ],
)
def test_everything_else_stays_out(authorization):
    assert status(door(lambda token: token == "right"), authorization) == 401


def test_an_empty_token_is_not_even_asked_about():
    assert status(door(lambda _: True), "Bearer ") == 401


def test_a_refusal_says_how_to_come_in():
    refused = door(lambda _: False).simulate_get("/hello")

    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="cockpit"'


def test_a_stranger_learns_nothing_of_what_is_there():
    client = door(lambda _: False)

    assert status(client, path="/hello") == status(client, path="/nothing") == 401


@pytest.mark.parametrize("error", [InputError("tokens.json is damaged"), OpsError("no disk")])
def test_tokens_that_cannot_be_checked_let_nobody_in(error):
    reported = []

    def broken(_):
        raise error

    refused = door(broken, reported.append).simulate_get(
        "/hello", headers={"Authorization": "Bearer right"}
    )

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert str(error) not in refused.text
    assert [str(each) for each in reported] == [str(error)]


@pytest.mark.parametrize(
    ("method", "path", "opened"),
    [
        ("GET", "/health/live", True),
        ("HEAD", "/health/live", True),
        ("POST", "/health/live", False),
        ("GET", "/health/live/", False),
        ("GET", f"/stor/mail/ab/cd/{HASH}", True),
        ("HEAD", f"/stor/mail/ab/cd/{HASH}", True),
        ("DELETE", f"/stor/mail/ab/cd/{HASH}", False),
        ("GET", f"/stor/other/ab/cd/{HASH}", False),
        ("GET", f"/stor/mail/ab/cd/{HASH}\n", False),
        ("GET", f"/stor/mail/ab/cd/{HASH[:-1]}", False),
        ("GET", f"/stor/mail/ab/cd/{HASH.upper()}", False),
        ("GET", "/stor/mail/ab/cd/", False),
        ("GET", "/stor/mail", False),
        ("POST", "/stor/mail", False),
        ("GET", f"//stor/mail/ab/cd/{HASH}", False),
    ],
)
def test_the_table_opens_whole_addresses_only(method, path, opened):
    assert is_open(method, path) is opened
