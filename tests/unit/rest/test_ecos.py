import msgspec
import pytest

from cockpit import events
from cockpit.access.person import person
from cockpit.bus import Made
from cockpit.eco import capture
from cockpit.rest.ecos import Listing
from cockpit.rest.payload import choices

NOBODY = "00000000-0000-4000-8000-000000000000"


def break_down(text):
    raise RuntimeError(text)


def an_eco(text="boom", app="shop", **fields):
    try:
        break_down(text)
    except RuntimeError as error:
        eco = capture(error, "shop.door", epoch=1_795_456_059, app_name=app)
    return msgspec.structs.replace(eco, **fields)


@pytest.fixture
def noted(rooms):
    """Give a function that notes an error; its guid."""
    return lambda *words, **fields: rooms.ledger.note(an_eco(*words, **fields)).guid


def test_ecos_are_listed_in_short_seen_last_first(client, noted):
    first = noted("the disk is full", last_time=1_795_456_060)
    second = noted("no answer " + "x" * 900, last_time=1_795_456_070)
    one, other = client.simulate_get("/ecos").json

    assert (one["guid"], other["guid"]) == (second, first)
    assert (other["state"], other["eco_type"], other["app_name"]) == ("NEW", "BUG", "shop")
    assert (other["occurence"], other["func_name"]) == (1, "break_down")
    assert other["error_msg"] == "RuntimeError: the disk is full"
    assert len(one["error_msg"]) == 500
    assert "backtrace" not in one


@pytest.mark.parametrize(
    "query",
    ["state=CLOSED", "app=desk", "type=INPUT", "text=printer", "since=1795456065"],
)
def test_the_list_may_be_of_some(client, rooms, noted, query):
    noted("the disk is full")
    meant = noted("the printer", app="desk", eco_type="INPUT", last_time=1_795_456_070)
    rooms.ledger.close(meant, "ann")

    assert [eco["guid"] for eco in client.simulate_get("/ecos", query_string=query).json] == [meant]


def test_the_list_goes_on_where_the_link_leads(client, noted):
    guids = [noted(app=f"app {name}", last_time=1_795_456_060 + n) for n, name in enumerate("abc")]
    first = client.simulate_get("/ecos", query_string="limit=2&type=BUG")
    link = first.headers["link"]
    path, _, query = link[1 : link.index(">")].partition("?")
    second = client.simulate_get(path, query_string=query)

    assert [eco["guid"] for eco in [*first.json, *second.json]] == guids[::-1]
    assert link.endswith("; rel=next")
    assert "link" not in second.headers


def test_an_eco_is_shown_with_the_mail_that_led_to_it_and_its_job(client, rooms, dispatch):
    rooms.catalog.execute("desk")
    cause = rooms.log.append(events.example("alarm")).id
    dispatch()
    job = rooms.trail.why(cause).jobs[0]
    made = Made(job=job.id, kind="eco", n=1)
    eco = an_eco(meta={"parent": cause, "job": job.id})
    guid = rooms.ledger.note(eco, made=made).guid
    found = client.simulate_get(f"/ecos/{guid}").json

    assert (found["guid"], found["eco"]["guid"], found["notices"]) == (guid, guid, 1)
    assert "raise RuntimeError(text)" in found["eco"]["code"]
    assert [one["id"] for one in found["parents"]] == [cause]
    assert found["parents"][0]["summary"].startswith("myservice!instance monitor: Something wrong")
    assert [(one["id"], one["action"]) for one in found["jobs"]] == [(job.id, job.action)]
    assert found["first_event"] == found["event"]
    assert client.simulate_get(f"/events/{found['event']}").json["guid"] == guid


def test_an_eco_is_closed_and_opened_again_by_who_does_it(client, rooms, noted):
    rooms.directory.put(person("ann"))
    guid = noted()
    closed = client.simulate_post(f"/ecos/{guid}/close", json={"by": "@ann"})
    opened = client.simulate_post(f"/ecos/{guid}/reopen")

    assert (closed.status_code, closed.json["state"], closed.json["by"]) == (200, "CLOSED", "ann")
    assert closed.json["close_time"] > 0
    assert (opened.status_code, opened.json["state"], opened.json["close_time"]) == (
        200,
        "ALERT",
        0,
    )
    assert [change["who"] for change in opened.json["history"]][-2:] == ["ann", "local"]


def test_who_did_it_stands_in_the_audit_log(client, rooms, noted):
    guid = noted()
    client.simulate_post(f"/ecos/{guid}/close")

    assert [act.what for act in rooms.audit.newest(5)] == [f"POST /ecos/{guid}/close"]


def test_a_stranger_closes_nothing(client, rooms, noted):
    guid = noted()
    refused = client.simulate_post(f"/ecos/{guid}/close", json={"by": "eve"})

    assert (refused.status_code, "nobody called eve" in refused.json["detail"]) == (422, True)
    assert rooms.ledger.get(guid).eco.state == "NEW"


def test_the_beginning_of_an_id_does_for_it(client, noted):
    guid = noted()

    assert client.simulate_get(f"/ecos/{guid[:8]}").json["guid"] == guid
    assert client.simulate_post(f"/ecos/{guid[:8]}/close").json["guid"] == guid


@pytest.mark.parametrize("eco", [NOBODY, NOBODY[:8], "x", "0000"])
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("POST", "/close"), ("POST", "/reopen")])
def test_no_eco_is_404(client, method, eco, rest):
    assert client.simulate_request(method, f"/ecos/{eco}{rest}").status_code == 404


@pytest.mark.parametrize("query", ["state=OPEN", "type=BUGS", "since=-1", "limit=0", "nonsense=1"])
def test_what_is_no_filter_is_refused(client, query):
    assert client.simulate_get("/ecos", query_string=query).status_code == 400


def test_the_words_that_may_be_asked_for_are_those_that_there_are():
    kinds = {known.name: known for known in msgspec.structs.fields(events.Eco)}

    assert choices(Listing, "state") == events.kinds.choices(kinds["state"])
    assert choices(Listing, "type") == events.kinds.choices(kinds["eco_type"])
