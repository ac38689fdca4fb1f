import msgspec
import pytest

from cockpit import events

TOKEN = "the-token"
ALARM = {"type": "alarm", "service": "web!main", "method": "monitor"}


@pytest.fixture
def follow(opened, app):
    """Begin to follow; gives a function that reads the next frame."""
    open_server, open_peer = opened
    server = open_server(app)

    def follow(query="", token=TOKEN, **headers):
        peer = open_peer(server)
        named = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        peer.send(
            f"GET /events/live{query} HTTP/1.1",
            "Host: x",
            f"Authorization: Bearer {token}",
            *named,
        )
        head = []
        while line := peer.lines.readline().strip():
            head.append(line.decode())
        assert head[0].split()[1] == "200"
        assert "content-type: text/event-stream" in head
        assert next_frame(peer)["retry"] == "2000"
        return lambda: next_frame(peer)

    return follow


def next_frame(peer):
    """Read one chunk of the answer: a frame by its fields; nothing at its end."""
    if not (size := int(peer.lines.readline(), 16)):
        return {}
    text = peer.lines.read(size + 2).decode()
    return dict(line.split(": ", 1) for line in text.strip().split("\n"))


def put(rooms, **fields):
    return rooms.log.append(events.from_mapping(ALARM | fields)).id


def test_what_is_stored_from_now_on_is_sent(follow, rooms):
    put(rooms, msg="before")
    frame = follow()
    made = put(rooms, msg="after")

    found = frame()

    assert (found["id"], found["event"]) == (made, "alarm")
    assert msgspec.json.decode(found["data"])["msg"] == "after"


def test_who_comes_back_gets_what_came_since(follow, rooms):
    first, second, third = (put(rooms, msg=text) for text in "abc")

    assert follow(Last_Event_ID=first)()["id"] == second
    assert follow(f"?after={second}")()["id"] == third
    assert follow(f"?after={first}", Last_Event_ID=second)()["id"] == third


def test_who_may_no_longer_follow_hears_no_more(follow, rooms):
    frame = follow(token=rooms.tokens.add("ann", "read"))
    put(rooms)

    assert frame()["event"] == "alarm"

    rooms.tokens.remove("ann")

    assert frame() == {}


def test_types_and_an_expression_choose(follow, rooms):
    frame = follow("?type=alarm,eco&where=event.severity%20==%20%22critical%22")
    put(rooms, severity="info")
    rooms.log.append(events.example("email"))
    rooms.log.append(events.example("eco"))
    wanted = put(rooms, severity="critical")

    assert frame()["id"] == wanted


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("type=alarms", "alarms"),
        ("after=x", "x"),
        ("where=event.x ==", "no CEL"),
        ("where=hrd.owner == 'x'", "only event"),
        ("nothing=1", "nothing"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_sent(client, query, why):
    refused = client.simulate_get("/events/live", query_string=query)

    assert refused.status_code == (400 if why == "nothing" else 422)
    assert why in refused.json["detail"]


def test_it_ends_when_the_server_stops(opened, app):
    open_server, open_peer = opened
    server = open_server(app)
    peer = open_peer(server)
    peer.send("GET /events/live HTTP/1.1", "Host: x", f"Authorization: Bearer {TOKEN}")
    peer.lines.readline()
    server.stop(10)

    assert peer.lines.read().endswith(b"0\r\n\r\n")
