import gevent
import msgspec
import pytest
from gevent.event import Event

from cockpit import events
from cockpit.bus import keys
from cockpit.rest.publishing import MAX_EVENT_BYTES
from cockpit.rest.waiting import STOPPING
from cockpit.stor import link

URL = "http://stor.example.org/stor"
ALARM = {"type": "alarm", "service": "web!main", "method": "monitor", "msg": "down", "epoch": 7}
YAML = "type: alarm\nservice: web!main\nmethod: monitor\n"


class Watched(Event):
    """The server's event of stopping; it tells when a request waits."""

    def __init__(self):
        super().__init__()
        self.begun = Event()

    def wait(self, timeout=None):
        self.begun.set()
        return super().wait(timeout)


def an_alarm(**fields):
    return events.from_mapping(ALARM | fields)


def post(client, body, *, path="/events", kind="application/json", query=""):
    octets = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return client.simulate_post(
        path, body=octets, query_string=query, headers={"Content-Type": kind}
    )


def test_the_newest_event_comes_first(client, rooms):
    ids = [rooms.log.append(an_alarm(msg=text)).id for text in ("one", "two", "three")]
    found = client.simulate_get("/events", query_string="limit=2").json

    assert [each["id"] for each in found] == [ids[2], ids[1]]
    assert found[0] == {"id": ids[2], "summary": "web!main monitor: three"} | ALARM | {
        "msg": "three"
    }


def test_an_event_without_an_epoch_has_the_one_of_its_storing(client, rooms):
    stored = rooms.log.append(an_alarm(epoch=0)).id
    found = client.simulate_get(f"/events/{stored}").json

    assert found["epoch"] == int(stored.split("-")[1]) // 1000


def test_a_list_may_be_of_one_type(client, rooms):
    rooms.log.append(an_alarm())
    wanted = rooms.log.append(events.example("email")).id
    found = client.simulate_get("/events", query_string="type=email").json

    assert [each["id"] for each in found] == [wanted]


def test_after_an_id_the_oldest_comes_first(client, rooms):
    ids = [rooms.log.append(an_alarm()).id for _ in range(3)]

    def listed(query):
        return [e["id"] for e in client.simulate_get("/events", query_string=query).json]

    assert listed(f"after={ids[0]}") == ids[1:]
    assert listed("after=0") == ids
    assert listed(f"before={ids[2]}") == [ids[1], ids[0]]


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ("type=emai", "type: 'emai' is no type"),
        ("after=yesterday", "after: 'yesterday' is not an event id"),
        ("after=alarm-1", "after: 'alarm-1' is not an event id"),
        ("before=1", "before: '1' is not an event id"),
        ("after=0&before=alarm-1-0", "before: does not go together with after"),
        ("wait=5", "wait: needs after"),
        ("limit=0", "limit: expected int >= 1"),
    ],
)
def test_a_wrong_question_is_refused(client, query, what):
    found = client.simulate_get("/events", query_string=query)

    assert found.status_code == (400 if "limit" in query else 422)
    assert what in found.json["detail"]


def pages(client, query):
    """Follow the links from page to page; the ids on each."""
    found, path = [], f"/events?{query}"
    while path:
        page = client.simulate_get(path)
        found.append([each["id"] for each in page.json])
        link = page.headers.get("Link", "")
        assert not link or link.endswith("; rel=next")
        path = link.partition(">")[0].lstrip("<")
    return found


def test_pages_follow_each_other_by_links(client, rooms):
    ids = [rooms.log.append(an_alarm()).id for _ in range(5)]

    assert pages(client, "limit=2") == [ids[:2:-1], ids[2:0:-1], ids[:1]]
    assert pages(client, "limit=2&after=0") == [ids[:2], ids[2:4], ids[4:]]
    assert pages(client, "limit=5") == [ids[::-1]]


def test_a_link_keeps_what_was_asked_for(client, rooms):
    rooms.log.append(events.example("email"))
    ids = [rooms.log.append(an_alarm(msg=text)).id for text in ("a&b", "c", "a&b")]
    query = "type=alarm,eco&limit=1&since=1&until=4000000000&where=event.msg%20%3D%3D%20%22a%26b%22"

    assert pages(client, query) == [[ids[2]], [ids[0]]]


def test_a_list_may_be_of_some_time(client, rooms):
    stored = rooms.log.append(an_alarm()).id
    second = int(stored.split("-")[1]) // 1000

    def listed(query):
        return [e["id"] for e in client.simulate_get("/events", query_string=query).json]

    assert listed(f"since={second}&until={second + 1}") == [stored]
    assert listed(f"until={second}") == listed(f"since={second + 1}") == []


def test_a_list_waits_for_what_comes(client, rooms):
    waiting = Watched()
    asking = gevent.spawn(
        client.simulate_get,
        "/events",
        query_string="after=0&wait=20",
        extras={STOPPING: waiting},
    )
    waiting.begun.wait(10)
    stored = rooms.log.append(an_alarm()).id
    asking.join(timeout=10)

    assert [each["id"] for each in asking.get(block=False).json] == [stored]


def test_a_list_that_waited_in_vain_is_empty(client):
    assert client.simulate_get("/events", query_string="after=0&wait=0.02").json == []


@pytest.mark.parametrize("kind", ["application/json", "text/json; charset=utf-8", "a/b+json", ""])
def test_json_is_published(client, rooms, kind):
    found = post(client, ALARM, kind=kind)
    stored = rooms.log.get(found.json["id"])

    assert (found.status_code, found.json["is_new"]) == (201, True)
    assert found.headers["Location"] == f"/events/{found.json['id']}"
    assert (stored.msg, stored.meta) == ("down", {"source": "rest"})


@pytest.mark.parametrize("kind", ["application/yaml", "text/x-yaml; charset=utf-8"])
def test_yaml_is_published(client, rooms, kind):
    found = post(client, YAML.encode(), kind=kind)

    assert rooms.log.get(found.json["id"]).service == "web!main"


def test_yaml_that_takes_long_to_read_is_published_as_well(client, rooms):
    text = YAML + "msg: " + "long " * 10_000 + "\n"
    found = post(client, text.encode(), kind="application/yaml")

    assert len(rooms.log.get(found.json["id"]).msg) == 49_999


def test_where_it_says_it_came_from_does_not_count(client, rooms):
    found = post(client, ALARM | {"meta": {"source": "smtp", "note": "mine"}})

    assert rooms.log.get(found.json["id"]).meta == {"source": "rest", "note": "mine"}


def test_the_address_may_say_the_type(client, rooms):
    bare = {key: value for key, value in ALARM.items() if key != "type"}
    one = post(client, bare, query="type=alarm").json["id"]
    two = post(
        client, b"service: a\nmethod: b\n", kind="application/yaml", query="type=alarm"
    ).json["id"]

    assert (rooms.log.get(one).service, rooms.log.get(two).service) == ("web!main", "a")


@pytest.mark.parametrize(
    ("body", "kind", "query", "what"),
    [
        (b"{", "application/json", "", "the event"),
        (b"{", "application/json", "type=alarm", "the event"),
        (b"[1]", "application/json", "type=alarm", "the event"),
        (b"", "application/json", "", "the event"),
        (b'{"type": "alarm", "service": 1}', "application/json", "", "service"),
        (b'{"type": "alram"}', "application/json", "", "type: 'alram' is no type"),
        (b"type: [", "application/yaml", "", "YAML line"),
        (b"\xff", "application/yaml", "", "YAML: not UTF-8 at byte 0"),
        (YAML.encode(), "application/yaml", "type=mail", "type: 'mail' is none of"),
    ],
)
def test_what_is_no_event_is_refused_by_field(client, rooms, body, kind, query, what):
    found = post(client, body, kind=kind, query=query)

    assert found.status_code == 400
    assert what in found.json["detail"]
    assert sum(rooms.log.counts().values()) == 0


@pytest.mark.parametrize("path", ["/events", "/events/simulate"])
def test_an_address_of_another_type_is_refused(client, rooms, path):
    found = post(client, YAML.encode(), path=path, kind="application/yaml", query="type=email")

    assert found.status_code == 422
    assert "the body is of type alarm, the address says email" in found.json["detail"]
    assert sum(rooms.log.counts().values()) == 0


def test_another_kind_of_body_is_415(client):
    found = post(client, ALARM, kind="application/x-www-form-urlencoded")

    assert found.status_code == 415
    assert "application/yaml" in found.json["detail"]
    assert "multipart/form-data" in found.json["detail"]


def test_an_event_may_have_a_mebibyte(client):
    found = post(client, ALARM | {"msg": "x" * MAX_EVENT_BYTES})

    assert found.status_code == 413
    assert "/stor/" in found.json["detail"]


def test_an_event_keeps_the_files_that_it_links(client, pipe):
    first, second = "ab" * 32, "cd" * 32
    mail = events.to_mapping(events.example("email")) | {
        "attachments": {"a": link(URL, "mail", first), "b": "http://other.example.org/x"},
        "meta": {"raw": link(URL, "mail", second), "odd": f"{URL}/mail/short", "n": 3},
    }
    assert post(client, mail).status_code == 201

    refs = pipe.call("HGETALL", keys.REFS)
    assert dict(zip(refs[::2], refs[1::2], strict=True)) == {
        f"mail/{first}".encode(): b"1",
        f"mail/{second}".encode(): b"1",
    }


def test_while_the_door_is_closed_nothing_is_taken(client, rooms, admit, trouble):
    admit.append(trouble)
    found = post(client, ALARM)

    assert (found.status_code, found.headers["Retry-After"]) == (503, "5")
    assert sum(rooms.log.counts().values()) == 0


@pytest.mark.parametrize("name", ["alarm-1-0", "alarm-x", "nothing"])
@pytest.mark.parametrize(("method", "tail"), [("GET", ""), ("GET", "/why"), ("POST", "/replay")])
def test_an_event_that_is_not_there_is_404(client, name, method, tail):
    found = client.simulate_request(method, f"/events/{name}{tail}")

    assert found.status_code == 404
    assert name in found.json["detail"]


def test_why_shows_what_was_called_and_what_was_refused(client, rooms, dispatch):
    rooms.catalog.execute("desk")
    stored = rooms.log.append(an_alarm()).id
    dispatch()
    found = client.simulate_get(f"/events/{stored}/why").json

    assert found["event"]["summary"] == "web!main monitor: down"
    assert [each["action"] for each in found["matched"]] == ["notify", "escalate"]
    assert [each["state"] for each in found["jobs"]] == ["queued", "queued"]
    assert "alar" in found["refused"][0]["why"] + found["refused"][0]["line"]
    assert found["settled"] is False


def test_why_waits_until_it_has_settled(client, rooms, dispatch):
    stored = rooms.log.append(an_alarm()).id
    waiting = Watched()
    asking = gevent.spawn(
        client.simulate_get,
        f"/events/{stored}/why",
        query_string="wait=20",
        extras={STOPPING: waiting},
    )
    waiting.begun.wait(10)
    dispatch()
    asking.join(timeout=10)

    assert asking.get(block=False).json["settled"] is True


def test_why_says_what_it_knows_when_the_time_is_over(client, rooms):
    stored = rooms.log.append(an_alarm()).id
    found = client.simulate_get(f"/events/{stored}/why", query_string="wait=0.02").json

    assert (found["settled"], found["note"]) == (False, "stored, not dispatched yet")


def test_a_replay_is_a_new_event(client, rooms):
    stored = rooms.log.append(an_alarm()).id
    found = client.simulate_post(f"/events/{stored}/replay")
    again = rooms.log.get(found.json["id"])

    assert found.status_code == 201
    assert found.headers["Location"] == f"/events/{found.json['id']}"
    assert (again.msg, again.meta) == ("down", {"replay_of": stored})


def test_simulate_matches_as_the_dispatcher_does_and_changes_nothing(client, rooms):
    rooms.catalog.execute("desk")
    found = post(client, ALARM, path="/events/simulate")

    assert found.status_code == 200
    assert found.json["matches"] == [
        {"repo": "desk", "service": "desk!main", "action": "notify"},
        {"repo": "desk", "service": "desk!main", "action": "escalate"},
    ]
    assert [each["template"] for each in found.json["refused"]] == ["desk"]
    assert sum(rooms.log.counts().values()) == 0


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type":"telegram","io":"input","action":"repo.create"}', "application/json"),
        (b"type: telegram\nio: input\naction: repo.create\n", "application/yaml"),
    ],
)
def test_a_telegram_event_that_lacks_its_arguments_is_refused(client, rooms, body, kind):
    refused = client.simulate_post("/events", body=body, headers={"Content-Type": kind})

    assert (refused.status_code, refused.json["detail"]) == (422, "args.name: missing")
    assert sum(rooms.log.counts().values()) == 0


def test_simulate_refuses_what_the_named_service_is_not(client):
    event = {
        "type": "telegram",
        "io": "input",
        "action": "service.execute",
        "args": {"name": "x!y", "action": "act"},
    }
    found = post(client, event, path="/events/simulate").json

    assert found["matches"] == []
    assert [each["line"] for each in found["refused"]] == ["service.execute"]
