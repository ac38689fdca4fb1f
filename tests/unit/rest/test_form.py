import hashlib

import pytest
from urllib3 import encode_multipart_formdata

from cockpit import events
from cockpit.bus import keys
from cockpit.rest.form import attached
from cockpit.rest.publishing import MAX_EVENT_BYTES

ALARM = events.encode(events.example("alarm")).decode()
MAIL = events.dump_yaml(events.example("email"))


def post(client, *fields, query=""):
    """Send parts: (name, content) or (name, (file name, content, media type))."""
    body, kind = encode_multipart_formdata(list(fields), boundary="b0")
    return client.simulate_post(
        "/events", body=body, query_string=query, headers={"Content-Type": kind}
    )


def digest(content):
    return hashlib.sha256(content).hexdigest()


def refs(pipe):
    found = pipe.call("HGETALL", keys.REFS)
    return {ref.decode() for ref in found[::2]}


@pytest.mark.parametrize(
    "part",
    [
        ("event", ALARM),
        ("event", ("alarm.json", ALARM, "application/json")),
        ("event", ("alarm", ALARM, "application/octet-stream")),
        ("event", ("alarm.yaml", events.dump_yaml(events.example("alarm")), "application/yaml")),
        ("event", events.dump_yaml(events.example("alarm"))),
    ],
)
def test_a_part_is_the_event(client, rooms, part):
    found = post(client, part)

    assert found.status_code == 201
    assert rooms.log.get(found.json["id"]).msg == events.example("alarm").msg


def test_files_of_an_email_are_stored_and_linked(client, rooms, pipe):
    found = post(client, ("file", ("a.txt", b"one", "text/plain")), ("event", MAIL))
    mail = rooms.log.get(found.json["id"])
    url = mail.attachments["a.txt"]

    assert url.endswith(f"/mail/{digest(b'one')[:2]}/{digest(b'one')[2:4]}/{digest(b'one')}")
    assert set(mail.attachments) == {"a.txt", *events.example("email").attachments}
    assert refs(pipe) == {f"mail/{digest(b'one')}"}
    with rooms.stor.open("mail", digest(b"one")) as file:
        assert file.read() == b"one"


@pytest.mark.parametrize("type_", ["alarm", "eco", "generic", "telegram"])
def test_files_of_the_others_are_linked_in_meta(client, rooms, pipe, type_):
    event = events.encode(events.example(type_))
    found = post(client, ("event", event), ("x", ("a.png", b"two", "image/png")))
    links = rooms.log.get(found.json["id"]).meta["attachments"]

    assert list(links) == ["a.png"]
    assert links["a.png"].endswith(digest(b"two"))
    assert refs(pipe) == {f"mail/{digest(b'two')}"}


def test_whoever_has_the_link_reads_the_file_without_a_token(client, stranger, rooms):
    found = post(client, ("event", ALARM), ("x", ("a.png", b"two", "image/png")))
    url = rooms.log.get(found.json["id"]).meta["attachments"]["a.png"]

    path = url.removeprefix("http://stor.example.org")

    assert stranger.simulate_get(path).content == b"two"


def test_a_large_file_comes_through_whole(client, rooms):
    content = bytes(range(256)) * 8_000
    post(client, ("event", ALARM), ("x", ("a.bin", content, "application/octet-stream")))

    assert rooms.stor.size_bytes("mail", digest(content)) == len(content)


def test_equal_and_dangerous_names_are_told_apart(client, rooms):
    files = [("x", (name, name.encode(), "")) for name in ("a.txt", "A.txt", "../a.txt", "..")]
    found = post(client, ("event", ALARM), *files)

    names = list(rooms.log.get(found.json["id"]).meta["attachments"])
    assert names == ["a.txt", "A-2.txt", "a-3.txt", "part-4.txt"]


def test_a_file_that_nobody_chose_does_not_count(client, rooms):
    found = post(client, ("event", ALARM), ("x", ("", b"", "application/octet-stream")))

    assert "attachments" not in rooms.log.get(found.json["id"]).meta


def test_each_field_may_be_a_part(client, rooms):
    found = post(
        client,
        ("type", "alarm"),
        ("service", "web!main"),
        ("method", "7"),
        ("epoch", "7"),
        ("to", "ann@example.org"),
        ("to", "bob@example.org"),
        ("labels", '{"a": "b"}'),
        ("meta", ("", '{"note": "mine"}', "application/json")),
        ("x", ("a.txt", b"one", "text/plain")),
    )
    alarm = rooms.log.get(found.json["id"])

    assert (alarm.service, alarm.method, alarm.epoch) == ("web!main", "7", 7)
    assert (alarm.to, alarm.labels) == (["ann@example.org", "bob@example.org"], {"a": "b"})
    assert list(alarm.meta["attachments"]) == ["a.txt"]


def test_three_equal_fields_and_a_list_as_text(client, rooms):
    fields = [("tags", "a"), ("tags", "b"), ("tags", "c"), ("to", "x@y, z@y")]
    found = post(client, *fields, query="type=generic")
    event = rooms.log.get(found.json["id"])

    assert (event.tags, event.to) == (["a", "b", "c"], ["x@y", "z@y"])


def test_a_field_that_says_json_is_json(client):
    head = 'Content-Disposition: form-data; name="args"\r\nContent-Type: application/json'
    found = client.simulate_post(
        "/events",
        body=f"--b0\r\n{head}\r\n\r\n{{\r\n--b0--\r\n",
        headers={"Content-Type": "multipart/form-data; boundary=b0"},
    )

    assert (found.status_code, "args: not application/json" in found.json["detail"]) == (400, True)


@pytest.mark.parametrize(
    ("fields", "status", "what"),
    [
        ([("event", ALARM), ("event", ALARM)], 400, "event: the form has it twice"),
        ([("event", ALARM), ("msg", "x")], 400, "msg: there is a part event as well"),
        ([("msg", b"\xff")], 400, "msg: not text/plain"),
        ([("type", "alarm")], 400, "service: missing"),
        ([("event", '{"type": "alram"}')], 400, "type: 'alram' is no type"),
        ([("event", "type: [")], 400, "YAML line"),
        ([("event", "x" * (MAX_EVENT_BYTES + 1))], 413, "event: more than"),
        ([("msg", "x" * MAX_EVENT_BYTES), ("body", "xx")], 413, "body: more than 0 bytes"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_becomes_an_event(client, rooms, fields, status, what):
    found = post(client, *fields)

    assert (found.status_code, what in found.json["detail"]) == (status, True)
    assert sum(rooms.log.counts().values()) == 0


@pytest.mark.parametrize(
    "fields", [[("event", ALARM)], [("type", "alarm"), ("service", "a"), ("method", "b")]]
)
def test_the_address_and_the_form_must_agree(client, fields):
    found = post(client, *fields, query="type=eco")

    assert (found.status_code, "the address says eco" in found.json["detail"]) == (422, True)


def test_an_event_keeps_the_links_that_it_has():
    event = events.Alarm(service="a", method="b", meta={"attachments": {"a": "x"}})

    assert attached(event, [("a", "y")]).meta == {"attachments": {"a": "x", "a-2": "y"}}
    assert attached(event, []) is event
    assert attached(
        events.Alarm(service="a", method="b", meta={"attachments": 1}), [("a", "y")]
    ).meta == {"attachments": {"a": "y"}}
