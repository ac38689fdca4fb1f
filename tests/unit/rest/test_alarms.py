import time
from datetime import UTC as UTC_ZONE
from datetime import datetime, timedelta, timezone

import msgspec
import pytest

from cockpit import events
from cockpit.access.person import person
from cockpit.eco.standing import Wanted
from cockpit.rest.alarms import Listing
from cockpit.rest.payload import choices

NOTE = {"note": "on my way"}


@pytest.fixture
def raised(rooms):
    """Give a function that raises an alarm, as its sender does; its id."""

    def raise_alarm(service="shop!main", method="check", **fields):
        told = {"type": "alarm", "service": service, "method": method, "msg": "no answer"}
        event = events.from_mapping(told | fields)
        stored = rooms.log.append(event)
        rooms.alarms.apply([msgspec.structs.replace(event, id=stored.id)])
        found = rooms.alarms.page(Wanted(service=service, method=method), 1)
        return found.alarms[0].id

    return raise_alarm


def services(client, query=""):
    return [alarm["service"] for alarm in client.simulate_get("/alarms", query_string=query).json]


def test_alarms_are_listed_without_history_firing_first(client, raised):
    for name in ("shop!one", "shop!two", "shop!three"):
        raised(name, labels={"disk": "sda"}, severity="critical")
    raised("shop!three", labels={"disk": "sda"}, severity="critical", status="resolved")
    found = client.simulate_get("/alarms").json

    assert {alarm["service"] for alarm in found[:2]} == {"shop!one", "shop!two"}
    assert [alarm["status"] for alarm in found] == ["firing", "firing", "resolved"]
    assert (found[0]["labels"], found[0]["severity"]) == ({"disk": "sda"}, "critical")
    assert "history" not in found[0]


@pytest.mark.parametrize(
    "query",
    ["status=firing", "severity=critical", "service=shop!two", "method=ping", "text=printer",
     "acked=yes", "silenced=yes"],
)  # fmt: skip
def test_the_list_may_be_of_some(client, rooms, raised, query):
    raised("shop!one", status="resolved")
    meant = raised("shop!two", method="ping", severity="critical", msg="the printer is on fire")
    rooms.alarms.ack(meant, "ann")
    rooms.alarms.silence(meant, time.time() + 60, "ann")

    assert services(client, query) == ["shop!two"]


@pytest.mark.parametrize("query", ["acked=no", "silenced=no"])
def test_the_list_may_be_of_those_that_nobody_touched(client, rooms, raised, query):
    touched = raised("shop!one")
    raised("shop!two")
    rooms.alarms.ack(touched, "ann")
    rooms.alarms.silence(touched, time.time() + 60, "ann")

    assert services(client, query) == ["shop!two"]


def test_the_list_goes_on_where_the_link_leads(client, raised):
    for name in "abc":
        raised(f"shop!{name}", severity="critical")
    first = client.simulate_get("/alarms", query_string="limit=2&severity=critical")
    link = first.headers["link"]
    path, _, query = link[1 : link.index(">")].partition("?")
    second = client.simulate_get(path, query_string=query)

    assert len(first.json) == 2
    assert {a["service"] for a in [*first.json, *second.json]} == {"shop!a", "shop!b", "shop!c"}
    assert "link" not in second.headers


def test_an_alarm_is_shown_with_its_event_what_led_to_it_and_whom_it_called(
    client, rooms, raised, dispatch
):
    rooms.catalog.execute("desk")
    mail = rooms.log.append(events.example("email")).id
    alarm = raised(meta={"parent": mail})
    dispatch()
    found = client.simulate_get(f"/alarms/{alarm}").json

    assert (found["id"], found["status"], found["count"]) == (alarm, "firing", 1)
    assert [cause["id"] for cause in found["causes"]] == [found["event"], mail]
    assert found["causes"][0]["summary"] == "shop!main check: no answer"
    assert {job["action"] for job in found["jobs"]} == {"notify", "escalate"}
    assert {job["event"] for job in found["jobs"]} == {found["event"]}
    assert found["history"][-1]["event"] == found["event"]


def test_an_alarm_whose_event_is_gone_is_shown_all_the_same(client, raised, pipe):
    alarm = raised()
    pipe.call("DEL", "ckpt.alarm")
    found = client.simulate_get(f"/alarms/{alarm}").json

    assert found["causes"] == [{"id": found["event"], "type": "alarm", "epoch": 0, "summary": ""}]
    assert found["jobs"] == []


def test_an_alarm_is_acknowledged_by_who_does_it(client, rooms, raised):
    rooms.directory.put(person("ann"))
    alarm = raised()
    found = client.simulate_post(f"/alarms/{alarm}/ack", json=NOTE | {"by": "@ann"})

    assert (found.status_code, found.json["ack"]["by"], found.json["ack"]["note"]) == (
        200, "ann", "on my way",
    )  # fmt: skip
    assert client.simulate_post(f"/alarms/{alarm}/ack").json["ack"]["by"] == "local"
    assert rooms.audit.newest(5)[0].what == f"POST /alarms/{alarm}/ack"


SOON = int(time.time()) + 40_000
UTC = datetime.fromtimestamp(SOON, UTC_ZONE)


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ({"for": "4000s"}, 4000),
        ({"for": " 1.5h "}, 5400),
        ({"until": SOON}, SOON),
        ({"until": str(SOON)}, SOON),
        ({"until": f"{UTC:%Y-%m-%dT%H:%M:%SZ}"}, SOON),
        ({"until": UTC.astimezone(timezone(timedelta(hours=5))).isoformat()}, SOON),
    ],
)
def test_an_alarm_is_silenced(client, raised, body, end):
    alarm, now = raised(), time.time()
    found = client.simulate_post(f"/alarms/{alarm}/silence", json=body | NOTE).json

    assert found["silence"]["until"] == pytest.approx(end if "until" in body else now + end, abs=60)
    assert (found["silence"]["by"], found["silence"]["note"]) == ("local", "on my way")


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_silence_is_ended(client, rooms, raised, method):
    alarm = raised()
    rooms.alarms.silence(alarm, time.time() + 60, "ann")
    body = {"for": "0"} if method == "POST" else None
    found = client.simulate_request(method, f"/alarms/{alarm}/silence", json=body)

    assert (found.status_code, found.json["silence"]) == (200, None)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "for: say how long"),
        ({"for": "2h", "until": SOON}, "for: say how long"),
        ({"for": "soon"}, "for: 'soon' is not a duration"),
        ({"for": "400d"}, "for: a silence ends after now, and within a year"),
        ({"for": "1" * 300 + "s"}, "for: "),
        ({"until": 1000}, "until: a silence ends after now"),
        ({"until": "2026-05-03T14:00:00"}, "until: '2026-05-03T14:00:00' is no time with its zone"),
        ({"until": "soon"}, "until: 'soon' is no time"),
        ({"until": "9999-12-31T23:59:59Z"}, "until: a silence ends after now, and within a year"),
        ({"until": "0001-01-01T00:00:00+23:59"}, "until: "),
    ],
)
def test_what_is_no_time_silences_nothing(client, rooms, raised, body, said):
    alarm = raised()
    refused = client.simulate_post(f"/alarms/{alarm}/silence", json=body)

    assert (refused.status_code, refused.json["detail"].startswith(said)) == (422, True)
    assert refused.json["errors"][0]["field"] == f"/{said.partition(':')[0]}"
    assert rooms.alarms.get(alarm).silence is None


@pytest.mark.parametrize("until", [-1, 2**33 + 1, 1.5, True, None])
def test_what_the_description_does_not_allow_is_refused(client, raised, until):
    answer = client.simulate_post(f"/alarms/{raised()}/silence", json={"until": until})

    assert answer.status_code == 400


def test_an_alarm_is_resolved_as_its_sender_would(client, raised):
    alarm = raised(labels={"disk": "sda"})
    found = client.simulate_post(f"/alarms/{alarm}/resolve", json={"note": "mended"})
    (event, _) = client.simulate_get("/events", query_string="type=alarm").json

    assert (found.status_code, found.json["id"]) == (200, alarm)
    assert (event["service"], event["method"], event["status"], event["labels"]) == (
        "shop!main", "check", "resolved", {"disk": "sda"},
    )  # fmt: skip


def test_a_stranger_does_nothing(client, rooms, raised):
    alarm = raised()
    refused = client.simulate_post(f"/alarms/{alarm}/ack", json={"by": "eve"})

    assert (refused.status_code, "nobody called eve" in refused.json["detail"]) == (422, True)
    assert rooms.alarms.get(alarm).ack is None


def test_the_beginning_of_an_id_does_for_it(client, raised):
    alarm = raised()

    assert client.simulate_get(f"/alarms/{alarm[:8]}").json["id"] == alarm
    assert client.simulate_post(f"/alarms/{alarm[:8]}/ack").json["id"] == alarm


@pytest.mark.parametrize("alarm", ["0" * 12, "0" * 8, "x", "0000"])
@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("POST", "/ack", {}),
        ("POST", "/silence", {"for": "2h"}),
        ("DELETE", "/silence", None),
        ("POST", "/resolve", {}),
    ],
)
def test_no_alarm_is_404(client, method, alarm, rest, body):
    found = client.simulate_request(method, f"/alarms/{alarm}{rest}", json=body)

    assert found.status_code == 404


@pytest.mark.parametrize("query", ["status=open", "acked=maybe", "silenced=1", "limit=0", "x=1"])
def test_what_is_no_filter_is_refused(client, query):
    assert client.simulate_get("/alarms", query_string=query).status_code == 400


def test_the_words_that_may_be_asked_for_are_those_that_there_are():
    assert choices(Listing, "status") == ("firing", "resolved")
