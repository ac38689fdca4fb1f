import re
from pathlib import Path

import falcon
import falcon.testing
import pytest

from cockpit.access.audit import Audit
from cockpit.access.identity import Identity
from cockpit.bus import Pipe
from cockpit.errors import InputError, OpsError
from cockpit.rest.forwarded import networks
from cockpit.rest.guard import OPEN, Guard, is_open

RIGHT = {"Authorization": "Bearer right"}
WRONG = {"Authorization": "Bearer wrong"}

HASH = "ab" + "cd" + "0" * 60


class Hello:
    def on_get(self, _req, resp):
        resp.text = "hello"

    def on_post(self, req, resp):
        if req.params:
            raise falcon.HTTPConflict
        resp.text = req.context.identity.name


def right(token):
    return Identity("ann", "admin") if token == "right" else None


@pytest.fixture
def door(pipe):
    def door(identify=right, report=pytest.fail):
        guard = Guard(
            identify,
            audit=Audit(pipe),
            trusted=lambda: networks(["127.0.0.1"]),
            report=report,
            clock=lambda: 7.9,
        )
        app = falcon.App(middleware=[guard])
        app.add_route("/hello", Hello())
        app.add_route("/tokens", Hello())
        return falcon.testing.TestClient(app)

    return door


def status(client, authorization=None, path="/hello"):
    headers = {} if authorization is None else {"Authorization": authorization}
    return client.simulate_get(path, headers=headers).status_code


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_valid_token_comes_in(door, scheme):
    assert status(door(), f"{scheme} right") == 200


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
def test_everything_else_stays_out(door, authorization):
    assert status(door(), authorization) == 401


def test_an_empty_token_is_not_even_asked_about(door):
    assert status(door(lambda _: Identity("x", "admin")), "Bearer ") == 401


def test_a_refusal_says_how_to_come_in(door):
    refused = door().simulate_get("/hello")

    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="cockpit"'


def test_a_stranger_learns_nothing_of_what_is_there(door):
    client = door()

    assert status(client, path="/hello") == status(client, path="/nothing") == 401


@pytest.mark.parametrize("error", [InputError("tokens.json is damaged"), OpsError("no disk")])
def test_tokens_that_cannot_be_checked_let_nobody_in(door, error):
    reported = []

    def broken(_):
        raise error

    refused = door(broken, reported.append).simulate_get(
        "/hello", headers={"Authorization": "Bearer right"}
    )

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert str(error) not in refused.text
    assert [str(each) for each in reported] == [str(error)]


def test_whether_a_token_still_is_what_it_was_may_be_asked_again(door):
    answers = [Identity("ann", "read"), Identity("ann", "read"), Identity("ann", "admin"), None]
    asked = iter([*answers, OpsError("no disk")])
    heard = []

    def identify(_):
        if isinstance(found := next(asked), OpsError):
            raise found
        return found

    class Long:
        def on_get(self, req, _resp):
            heard.extend(req.context.still_may() for _ in answers)

    client = door(identify, lambda _: None)
    client.app.add_route("/long", Long())
    client.simulate_get("/long", headers=RIGHT)

    assert heard == [True, False, False, False]


@pytest.mark.parametrize(
    ("method", "path", "opened"),
    [
        ("GET", "/health/live", True),
        ("HEAD", "/health/live", True),
        ("POST", "/health/live", False),
        ("GET", "/health/live/", False),
        ("GET", f"/stor/mail/ab/cd/{HASH}", True),
        ("HEAD", f"/stor/mail/ab/cd/{HASH}", True),
        ("GET", f"/stor/telegram/ab/cd/{HASH}", True),
        ("GET", f"/stor/actions/ab/cd/{HASH}", False),
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


def test_a_scope_that_does_not_reach_is_told(door):
    client = door(lambda _: Identity("ann", "read"))

    assert client.simulate_get("/hello", headers=RIGHT).status_code == 200

    refused = client.simulate_post("/hello", headers=RIGHT)

    assert refused.status_code == 403
    assert "scope operate; that of ann is of scope read" in refused.json["description"]


@pytest.mark.parametrize("path", ["/tokens", "//tokens", "///tokens", "/%2ftokens"])
def test_no_spelling_of_a_path_gets_around_its_scope(door, path):
    client = door(lambda _: Identity("ann", "operate"))

    assert client.simulate_post(path, headers=RIGHT).status_code == 403


def test_a_change_whose_scope_does_not_reach_stands_in_the_audit_log(door, pipe):
    door(lambda _: Identity("ann", "read")).simulate_post("/hello", headers=RIGHT)

    refused, act = Audit(pipe).newest(10)

    assert (refused.status, refused.of, act.what) == (403, act.id, "POST /hello")


def test_a_change_that_cannot_be_noted_is_not_made(tmp_path):
    made = []

    class Change:
        def on_post(self, _req, _resp):
            made.append(1)

    away = Audit(Pipe(f"unix://{tmp_path}/none"))
    app = falcon.App(middleware=[Guard(right, audit=away, report=pytest.fail)])
    app.add_route("/hello", Change())
    answer = falcon.testing.TestClient(app).simulate_post("/hello", headers=RIGHT)

    assert (answer.status_code, made) == (500, [])


def test_a_change_stands_in_the_audit_log(door, pipe):
    client = door()
    client.simulate_get("/hello", headers=RIGHT)
    client.simulate_post("/hello", headers=RIGHT | {"Forwarded": "for=192.0.2.43"})

    (act,) = Audit(pipe).newest(10)

    assert (act.who, act.what, act.where) == ("ann", "POST /hello", "192.0.2.43")
    assert (act.epoch, act.status) == (7, 0)


def test_a_change_that_was_refused_stands_there_with_its_status(door, pipe):
    door().simulate_post("/hello", query_string="a=1", headers=RIGHT)

    refused, act = Audit(pipe).newest(10)

    assert (refused.status, refused.of, refused.what) == (409, act.id, "POST /hello?a=1")


def test_a_secret_in_an_address_does_not_stand_there(door, pipe):
    door().simulate_post("/hello", query_string="token=s3cret", headers=RIGHT)

    assert {act.what for act in Audit(pipe).newest(10)} == {"POST /hello?token=***"}


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-For": "203.0.113.9, 192.0.2.43"},
        {"Forwarded": 'for=203.0.113.9, for="192.0.2.43:4711";proto=https'},
    ],
)
def test_who_asks_is_whom_the_trusted_proxy_names(door, pipe, headers):
    door().simulate_post("/hello", headers=RIGHT | headers)

    assert Audit(pipe).newest(1)[0].where == "192.0.2.43"


def test_whoever_guesses_must_wait_and_others_need_not(door):
    client = door()
    answers = [client.simulate_get("/hello", headers=WRONG) for _ in range(21)]

    assert [answer.status_code for answer in answers] == [401] * 20 + [429]
    assert int(answers[-1].headers["Retry-After"]) in {2, 3}

    other = WRONG | {"Forwarded": "for=192.0.2.43"}

    assert client.simulate_get("/hello", headers=other).status_code == 401
    assert client.simulate_get("/hello", headers=RIGHT).status_code == 200


def test_the_page_on_security_lists_what_is_open_and_nothing_else():
    page = (Path(__file__).parents[3] / "docs" / "security.md").read_text()
    rows = re.findall(r"^\| ([A-Z, ]+) \| `(.+?)` \|", page, re.MULTILINE)
    told = [
        (methods.split(", "), path.replace("ab/cd/abcd…", f"ab/cd/{HASH}"))
        for methods, path in rows
    ]
    every = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")

    for methods, path in told:
        assert [method for method in every if is_open(method, path)] == sorted(
            methods, key=every.index
        )
    for _, pattern in OPEN:
        assert any(re.fullmatch(pattern, path) for _, path in told), pattern
