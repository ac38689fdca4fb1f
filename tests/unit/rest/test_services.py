import pytest

from cockpit.robot import Selection


def test_services_show_what_they_listen_to_and_their_data(client, rooms):
    rooms.catalog.execute("desk")
    (found,) = client.simulate_get("/services").json

    assert (found["repo"], found["key"], found["template"]) == ("desk", "desk!main", "desk")
    assert found["subscriptions"] == {"alarm": ["notify", "escalate"]}
    assert found["data"] == {"oncall": "ann"}
    assert found["states"] == {}


def test_services_may_be_of_one_repository(client, rooms, repos):
    (repos / "other" / ".ays").parent.mkdir()
    (repos / "other" / ".ays").touch()
    rooms.catalog.execute("desk")
    found = [client.simulate_get("/services", query_string=f"repo={r}") for r in ("desk", "other")]

    assert [len(one.json) for one in found] == [1, 0]


@pytest.mark.parametrize(
    ("query", "n"),
    [("role=desk", 1), ("instance=main", 1), ("role=des", 0), ("role=desk&instance=two", 0)],
)
def test_services_may_be_of_one_role_and_instance(client, rooms, query, n):
    rooms.catalog.execute("desk")

    assert len(client.simulate_get("/services", query_string=query).json) == n


def test_a_service_is_deleted_once(client, rooms):
    rooms.catalog.execute("desk")
    path = "/services/desk/desk!main"

    assert [client.simulate_delete(path).status_code for _ in range(2)] == [204, 404]
    assert client.simulate_get("/services").json == []


def test_a_service_with_jobs_is_not_deleted(client, rooms):
    rooms.catalog.execute("desk")
    rooms.runs.start("desk", "notify", Selection())
    refused = client.simulate_delete("/services/desk/desk!main")

    assert (refused.status_code, "1 jobs of desk!main" in refused.json["detail"]) == (409, True)


def test_a_service_shows_the_states_of_its_actions(client, rooms):
    rooms.catalog.execute("desk")
    address = "/services/desk/desk!main"
    done = client.simulate_post(f"{address}/state", json={"action": "notify", "state": "disabled"})

    assert done.json == {"service": "desk!main", "action": "notify", "state": "disabled"}
    (row,) = client.simulate_get("/services").json
    assert client.simulate_get(address).json["states"] == row["states"] == {"notify": "disabled"}


@pytest.mark.parametrize(
    ("repo", "key", "given", "status"),
    [
        ("desk", "desk!main", {"action": "notify", "state": "fine"}, 400),
        ("desk", "desk!main", {"action": "notfy", "state": "ok"}, 422),
        ("desk", "desk!other", {"action": "notify", "state": "ok"}, 404),
        ("dsk", "desk!main", {"action": "notify", "state": "ok"}, 404),
    ],
)
def test_a_state_that_cannot_be_is_refused(client, rooms, repo, key, given, status):
    rooms.catalog.execute("desk")
    found = client.simulate_post(f"/services/{repo}/{key}/state", json=given)

    assert found.status_code == status


def test_a_service_that_is_not_there_is_not_found(client, rooms):
    rooms.catalog.execute("desk")

    for ask in (client.simulate_get, client.simulate_delete):
        found = ask("/services/desk/desk!mian")
        assert found.status_code == 404
        assert "no service desk!mian (did you mean desk!main?)" in found.json["detail"]


def test_a_service_that_somebody_changed_meanwhile_is_not_deleted(client, rooms):
    rooms.catalog.execute("desk")
    path = "/services/desk/desk!main"
    seen = client.simulate_get(path).headers["ETag"]
    rooms.runs.set_state("desk", "desk!main", "notify", "ok")

    assert client.simulate_get(path, headers={"If-None-Match": seen}).status_code == 200
    assert client.simulate_delete(path, headers={"If-Match": seen}).status_code == 412
    now = client.simulate_get(path).headers["ETag"]
    assert client.simulate_get(path, headers={"If-None-Match": now}).status_code == 304
    assert client.simulate_delete(path, headers={"If-Match": now}).status_code == 204
