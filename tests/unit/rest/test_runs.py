import pytest


@pytest.fixture(autouse=True)
def services(rooms):
    rooms.catalog.execute("desk")


NOTIFY = {"repo": "desk", "action": "notify"}


def start(client, order=NOTIFY, path="/runs"):
    return client.simulate_post(path, json=order)


def test_a_run_is_started_shown_and_listed(client):
    begun = start(client)
    shown = client.simulate_get(begun.headers["location"])

    assert (begun.status_code, begun.json["state"]) == (201, "running")
    assert shown.json == begun.json
    assert [part["service"] for part in shown.json["parts"]] == ["desk!main"]
    (row,) = client.simulate_get("/runs", query_string="repo=desk&limit=5").json
    assert (row["id"], row["parts"]) == (begun.json["id"], [])


def test_a_simulation_starts_nothing(client):
    order = NOTIFY | {"force": True, "role": "desk", "instance": "main"}
    shown = start(client, order, "/runs/simulate")

    assert (shown.status_code, shown.json["state"], "id" in shown.json) == (200, "simulated", False)
    assert client.simulate_get("/runs").json == []


def test_without_an_action_what_is_pending_is_meant(client, rooms):
    rooms.runs.set_state("desk", "desk!main", "escalate", "scheduled")
    shown = start(client, {"repo": "desk"}, "/runs/simulate").json
    begun = start(client, {"repo": "desk"}).json

    for run in (shown, begun):
        assert (run["action"], [part["actions"] for part in run["parts"]]) == ("", [["escalate"]])


def test_a_run_is_cancelled_and_taken_up_again(client):
    path = f"/runs/{start(client).json['id']}"

    assert client.simulate_post(f"{path}/cancel").json["state"] == "cancelled"
    assert client.simulate_post(f"{path}/retry").json["state"] == "running"


@pytest.mark.parametrize(
    ("order", "status", "why"),
    [
        ({"repo": "desk", "force": True}, 422, "force: which action?"),
        ({"action": "notify"}, 400, "missing required field `repo`"),
        ({"repo": "des", "action": "notify"}, 404, "no repository des"),
        (NOTIFY | {"action": "fly"}, 422, "no service that is meant has an action fly"),
        (NOTIFY | {"role": "x"}, 422, "there is no service x!INSTANCE"),
    ],
)
def test_a_wrong_order_is_refused(client, order, status, why):
    answer = start(client, order)

    assert answer.status_code == status
    assert why in answer.json["detail"]


@pytest.mark.parametrize("tail", ["", "/cancel", "/retry"])
def test_a_run_that_is_not_there_is_not_found(client, tail):
    ask = client.simulate_post if tail else client.simulate_get

    assert ask(f"/runs/run-9{tail}").status_code == 404
