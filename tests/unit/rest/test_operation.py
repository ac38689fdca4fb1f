import falcon
import falcon.testing
import msgspec
import pytest

from cockpit.errors import ConflictError, InputError
from cockpit.rest import problem
from cockpit.rest.operation import operation, operation_of
from cockpit.rest.payload import Body
from cockpit.rest.query import Page


class Name(Body, frozen=True):
    name: str


class Things:
    @operation(returns=list[str])
    def on_get(self, req, resp, query: Page):
        """List things.

        Newest first.
        """
        resp.media = ["a"] * query.limit

    @operation(returns=str, status=201, errors=(409,))
    def on_post(self, req, resp, body: Name):
        """Make a thing."""
        if body.name == "taken":
            raise InputError("name: it is taken")
        if body.name == "twice":
            raise InputError("name: too long\nname: not ours")
        if body.name == "used":
            raise ConflictError("it is in use")
        if body.name == "bad":
            raise InputError("no disk: it is full")
        resp.media = body.name

    @operation(is_loose=True)
    def on_put(self, req, resp):
        """Take anything."""
        resp.media = req.params

    def on_delete(self, req, resp):
        """Forget to say what it is."""


@pytest.fixture
def things():
    app = falcon.App()
    problem.install(app, report=pytest.fail)
    app.add_route("/things", Things())
    return falcon.testing.TestClient(app)


def test_a_query_is_read_before_the_responder_runs(things):
    assert things.simulate_get("/things", query_string="limit=2").json == ["a", "a"]
    assert things.simulate_get("/things", query_string="limit=x").status_code == 400


def test_a_body_is_read_before_the_responder_runs(things):
    assert things.simulate_post("/things", json={"name": "b"}).json == "b"
    assert things.simulate_post("/things", json={}).status_code == 400


def test_who_takes_no_query_refuses_one(things):
    refused = things.simulate_post("/things", json={"name": "b"}, query_string="x=1")

    assert refused.status_code == 400
    assert things.simulate_put("/things", query_string="x=1").json == {"x": "1"}


def test_each_of_several_mistakes_has_its_place(things):
    refused = things.simulate_post("/things", json={"name": "twice"})

    assert [one["detail"] for one in refused.json["errors"]] == ["too long", "not ours"]


@pytest.mark.parametrize(
    ("name", "errors"), [("taken", [{"field": "/name", "detail": "it is taken"}]), ("bad", None)]
)
def test_what_cannot_be_done_names_the_field_when_it_is_one(things, name, errors):
    refused = things.simulate_post("/things", json={"name": name})

    assert (refused.status_code, refused.json.get("errors")) == (422, errors)


def test_what_is_there_already_or_in_use_is_409(things):
    assert things.simulate_post("/things", json={"name": "used"}).status_code == 409


def test_it_says_what_it_takes_and_gives():
    told = operation_of(Things.on_get)

    assert (told.summary, told.description) == ("List things", "Newest first.")
    assert (told.query, told.body, told.returns, told.status) == (Page, None, list[str], 200)
    told = operation_of(Things.on_post)
    assert (told.body, told.status, told.errors) == (Name, 201, (409,))
    assert msgspec.structs.fields(told.query) == ()


def test_who_says_nothing_is_found():
    with pytest.raises(LookupError, match="on_delete"):
        operation_of(Things.on_delete)
