import falcon
import falcon.testing
import gevent
import msgspec
import pytest
from gevent.event import Event
from urllib3 import encode_multipart_formdata

from cockpit import events
from cockpit.access.identity import Identity
from cockpit.rest.idempotency import MAX_ANSWER_BYTES, Idempotency, Sent, takes_key

ALARM = {"type": "alarm", "service": "web!main", "method": "monitor"}
OTHER = ALARM | {"msg": "other"}


def post(client, body=ALARM, *, key="k1", path="/events", **told):
    octets = body if isinstance(body, bytes) else msgspec.json.encode(body)
    headers = {"Content-Type": "application/json"} | told.pop("headers", {})
    headers |= {} if key is None else {"Idempotency-Key": key}
    return client.simulate_post(path, body=octets, headers=headers, **told)


def claims(pipe):
    return pipe.call("KEYS", "cockpit:idempotency:*")


def n_events(rooms):
    return sum(rooms.log.counts().values())


def test_what_comes_again_is_done_once_and_answered_as_before(client, rooms):
    first, again = post(client), post(client)

    assert (
        (again.status_code, again.content)
        == (first.status_code, first.content)
        == (
            201,
            first.content,
        )
    )
    for name in ("Location", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert (first.headers.get("Idempotency-Replayed"), again.headers["Idempotency-Replayed"]) == (
        None,
        "true",
    )
    assert n_events(rooms) == 1


def test_a_request_without_a_key_claims_nothing(client, rooms, pipe):
    for _ in range(2):
        post(client, key=None)

    assert n_events(rooms) == 2
    assert claims(pipe) == []


def test_another_key_or_address_or_person_is_another_request(client, rooms, pipe):
    token = rooms.tokens.add("ann", "operate")
    post(client)
    post(client, key="k2")
    post(client, headers={"Authorization": f"Bearer {token}"})
    stored = rooms.log.newest(events.TYPES, 1)[0].id
    post(client, path=f"/events/{stored}/replay", body=b"")

    assert n_events(rooms) == 4
    assert len(claims(pipe)) == 4


@pytest.mark.parametrize("told", [{"body": OTHER}, {"query_string": "type=alarm"}, {"body": b""}])
def test_another_request_under_the_same_key_is_refused(client, rooms, told):
    post(client)
    refused = post(client, **told)

    assert (refused.status_code, "was another one" in refused.json["detail"]) == (422, True)
    assert n_events(rooms) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb", "\xe9"])
def test_what_is_no_key_is_refused(client, rooms, key):
    refused = post(client, key=key)

    assert (refused.status_code, "Idempotency-Key" in refused.json["detail"]) == (400, True)
    assert n_events(rooms) == 0


@pytest.mark.parametrize("key", ["x" * 255, '"8e03978e-40d5"', "~ !"])
def test_a_key_may_have_any_printable_characters(client, key):
    assert post(client, key=key).status_code == 201
    assert post(client, key=key).headers["Idempotency-Replayed"] == "true"


def test_a_replay_of_an_event_is_done_once(client, rooms):
    stored = rooms.log.append(events.example("alarm")).id
    ids = {post(client, path=f"/events/{stored}/replay", body=b"").json["id"] for _ in range(2)}

    assert len(ids) == 1
    assert n_events(rooms) == 2


def test_an_event_is_not_appended_again_though_nobody_kept_the_answer(client, rooms, pipe):
    first = post(client)
    pipe.call("DEL", *claims(pipe))
    again = post(client)

    assert (again.status_code, again.json) == (201, {"id": first.json["id"], "is_new": False})
    assert n_events(rooms) == 1


def test_another_event_is_not_taken_for_one_whose_answer_nobody_kept(client, rooms, pipe):
    post(client)
    pipe.call("DEL", *claims(pipe))

    assert post(client, OTHER).json["is_new"] is True
    assert n_events(rooms) == 2


def test_trouble_of_ours_is_not_kept(client, rooms, pipe, admit, trouble):
    admit.append(trouble)
    failed = post(client)
    admit.clear()

    assert (failed.status_code, claims(pipe)) == (503, [])
    assert post(client).status_code == 201
    assert n_events(rooms) == 1


def test_a_refusal_is_not_kept(client, pipe):
    assert post(client, {"type": "alarm"}).status_code == 400
    assert claims(pipe) == []
    assert post(client).status_code == 201


def test_a_form_is_done_once_as_well(client, rooms):
    body, kind = encode_multipart_formdata(
        {"event": msgspec.json.encode(ALARM), "f": ("f", b"x" * 300_000, "a/b")}, boundary="b0"
    )
    first, again = (post(client, body, headers={"Content-Type": kind}) for _ in range(2))
    other = post(client, body[:-1] + b" ", headers={"Content-Type": kind})

    assert (first.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert other.status_code == 422
    assert n_events(rooms) == 1


def test_files_and_tokens_take_no_key(client, pipe):
    body = {"name": "ann", "scope": "read"}
    stored = [post(client, b"x", path="/stor/mail").json for _ in range(2)]
    made, again = post(client, body, path="//tokens"), post(client, body, path="/tokens")

    assert stored[0] == stored[1]
    assert (made.status_code, again.status_code) == (201, 409)
    assert claims(pipe) == []


@pytest.mark.parametrize(
    ("method", "path", "takes"),
    [
        ("POST", "/events", True),
        ("POST", "/runs", True),
        ("POST", "/events/simulate", False),
        ("POST", "/stor/{space}", False),
        ("POST", "/tokens", False),
        ("PUT", "/people/{name}", False),
        ("GET", "/events", False),
    ],
)
def test_what_takes_a_key(method, path, takes):
    assert takes_key(method, path) is takes


def test_the_audit_log_tells_a_repeat(client, rooms):
    for _ in range(2):
        post(client)
    repeat, second, first = rooms.audit.newest(9)

    assert (repeat.what, repeat.status, repeat.repeat, repeat.of) == (
        "POST /events",
        201,
        True,
        second.id,
    )
    assert [first.repeat, second.repeat] == [False, False]


class Known:
    """Middleware that lets everybody in as Ann."""

    def process_request(self, req, resp):
        req.context.identity = Identity("ann", "admin")


class Work:
    """A resource that takes its time, and answers so many bytes."""

    def __init__(self):
        self.begun, self.go, self.n_done, self.size = Event(), Event(), 0, 1

    def on_post(self, req, resp):
        self.begun.set()
        self.go.wait(10)
        self.n_done += 1
        resp.status = falcon.HTTP_201
        resp.location = "/things/1"
        resp.etag = "e1"
        resp.text = "x" * self.size


@pytest.fixture
def work():
    return Work()


@pytest.fixture
def door(pipe, work):
    app = falcon.App(middleware=[Known(), Idempotency(pipe)])
    app.add_route("/work", work)
    return falcon.testing.TestClient(app)


def test_while_the_first_is_at_work_the_second_is_told_to_wait(door, work, pipe):
    first = gevent.spawn(post, door, path="/work")
    work.begun.wait(10)
    second = post(door, path="/work")
    (claim,) = claims(pipe)
    left_s = pipe.call("TTL", claim)
    work.go.set()
    first.join(10)
    third = post(door, path="/work")

    assert (second.status_code, second.headers["Retry-After"]) == (409, "1")
    assert 0 < left_s <= 60
    assert (third.status_code, third.text, work.n_done) == (201, "x", 1)
    assert (third.headers["ETag"], third.headers["Location"]) == ('"e1"', "/things/1")
    assert 86_000 < pipe.call("TTL", claim) <= 86_400


def test_a_claim_of_a_dead_process_is_free_once_it_is_over(door, work, pipe):
    dead = gevent.spawn(post, door, path="/work")
    work.begun.wait(10)
    dead.kill()
    (claim,) = claims(pipe)
    pipe.call("PEXPIRE", claim, 0)
    work.go.set()

    assert (post(door, path="/work").status_code, work.n_done) == (201, 1)


def test_who_was_too_slow_overwrites_nothing(door, work, pipe):
    slow = gevent.spawn(post, door, path="/work")
    work.begun.wait(10)
    pipe.call("SET", *claims(pipe), "claimed:another")
    work.go.set()
    slow.join(10)

    assert pipe.call("GET", *claims(pipe)) == b"claimed:another"


def test_a_long_answer_is_not_kept_but_that_it_was_done(door, work):
    work.go.set()
    work.size = MAX_ANSWER_BYTES + 1
    first, again = post(door, path="/work"), post(door, path="/work")

    assert (first.status_code, again.status_code, work.n_done) == (201, 409, 1)
    assert "look at /things/1" in again.text
    assert "Retry-After" not in again.headers


def test_a_slow_body_keeps_its_claim(pipe):
    class Slow:
        def read(self, _size):
            return b""

    touched = []
    sent = Sent(Slow(), "", touch=lambda: touched.append(1))
    sent.read(1)
    sent._touched -= 11
    sent.read(1)

    assert touched == [1]
    assert pipe.call("DBSIZE") == 0
