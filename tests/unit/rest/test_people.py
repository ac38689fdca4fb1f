import pytest

from cockpit.access.calendar import calendar
from cockpit.access.person import person
from cockpit.bus import Made


def test_people_are_added_listed_shown_and_removed(client):
    put = client.simulate_put(
        "/people/ann", json={"mail": "ann@there", "groups": "ops,dev", "role": "admin"}
    )

    assert (put.status_code, put.json["groups"]) == (201, ["ops", "dev"])
    assert client.simulate_get("/people").json == [put.json]
    assert client.simulate_get("/people/ann").json == put.json
    assert client.simulate_delete("/people/ann").status_code == 204
    assert client.simulate_get("/people").json == []


def test_what_is_not_named_stays_and_what_is_empty_goes(client):
    given = {"mail": "ann@there", "groups": "ops", "role": "admin", "telegram": "ann_t"}
    before = client.simulate_put("/people/ann", json=given).json
    after = client.simulate_put("/people/ann", json={"telegram": "", "groups": "dev"})

    assert after.status_code == 200
    assert after.json == before | {"telegram": "", "groups": ["dev"]}


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_nobody_is_404(client, method):
    assert client.simulate_request(method, "/people/ann").status_code == 404


def test_a_mistake_is_named(client):
    found = client.simulate_put("/people/ann", json={"role": "king"})

    assert (found.status_code, "read, operate, admin" in found.json["detail"]) == (400, True)


def test_it_is_told_who_is_on_duty(client, rooms):
    rooms.directory.declare(
        [person("ann")], {"oncall": calendar({"shifts": [{"who": ["ann", "bob"]}]})}
    )

    found = client.simulate_get("/duty", query_string="at=1795456059").json
    assert found == [{"calendar": "oncall", "people": ["ann", "bob"]}]
    assert client.simulate_get("/duty").json == found


def test_what_was_held_for_a_person_is_tried_at_once(client, rooms):
    rooms.postman.send(Made("j", "tell", 1), "ann", "look", service="desk/desk!main")
    client.simulate_put("/people/ann", json={"mail": "ann@there"})
    rooms.postman.round()

    assert [one.to for one in rooms.outbox.newest(9)] == [["ann@there"]]
