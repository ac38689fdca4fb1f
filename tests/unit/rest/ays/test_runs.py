import pytest

RUNS = "/ays/repository/desk"
ACTIONS = """
def install(service):
    pass

def notify(event, service):
    pass

def escalate(event, service):
    pass
"""
SIMULATED = {"repository": "desk", "state": "simulated", "action": "install"}


@pytest.fixture(autouse=True)
def _services(repos, rooms):
    """A disk, and a desk that needs it."""
    disk = repos / "desk" / "servicetemplates" / "disk"
    disk.mkdir()
    (disk / "actions.py").write_text(ACTIONS)
    (disk.parent / "desk" / "actions.py").write_text(ACTIONS)
    (disk.parent / "desk" / "schema.hrd").write_text("disk = type:str consume:disk:1:1\n")
    (repos / "desk" / "blueprints" / "1_desk.yaml").write_text("disk__a:\ndesk__main:\n  disk: a\n")
    rooms.catalog.execute("desk")


def asked(client, what, query, method="POST"):
    return client.simulate_request(method, f"{RUNS}/{what}", query_string=query)


def test_a_simulation_shows_the_steps_and_changes_nothing(client):
    found = asked(client, "simulate", "action=install&force=true").json

    assert found == SIMULATED | {
        "steps": [
            {"number": 1, "action": "install", "services_keys": ["disk!a"]},
            {"number": 2, "action": "install", "services_keys": ["desk!main"]},
        ]
    }
    assert asked(client, "aysrun", "", "GET").json == []


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("role=desk", ["disk!a", "desk!main"]),
        ("role=desk&producer_roles=*", ["disk!a", "desk!main"]),
        ("role=desk&producer_roles=x,disk", ["disk!a", "desk!main"]),
        ("role=desk&producer_roles=x", ["desk!main"]),
        ("role=desk&producerroles=x", ["desk!main"]),
        ("role=disk&instance=a", ["disk!a"]),
    ],
)
def test_a_run_reaches_the_roles_that_it_may(client, query, keys):
    steps = asked(client, "simulate", f"action=install&{query}").json["steps"]

    assert [key for step in steps for key in step["services_keys"]] == keys


@pytest.mark.parametrize("what", ["simulate", "execute"])
@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("action=instal", 422), ("action=install&role=x", 422)]
)
def test_what_cannot_be_done_is_refused(client, what, query, status):
    assert asked(client, what, query).status_code == status


def test_a_run_is_started_listed_and_shown(client):
    began = asked(client, "execute", "action=install&async=true")

    assert (began.status_code, began.json["state"]) == (200, "running")
    assert began.headers["Location"] == f"{RUNS}/aysrun/{began.json['key']}"
    assert [step["services_keys"] for step in began.json["steps"]] == [["disk!a"], ["desk!main"]]
    assert asked(client, "aysrun", "", "GET").json == [began.json | {"steps": []}]
    for name in (began.json["key"], began.json["key"].removeprefix("run-")):
        assert asked(client, f"aysrun/{name}", "", "GET").json == began.json
    assert asked(client, "execute", "action=install").status_code == 409


def test_a_run_with_nothing_to_do_is_over_at_once(client, rooms):
    for key in ("disk!a", "desk!main"):
        rooms.runs.set_state("desk", key, "install", "ok")

    assert asked(client, "execute", "action=install").json["state"] == "ok"


def test_init_is_called_where_there_is_one(client):
    assert asked(client, "init", "").json["steps"] == []
    assert asked(client, "init", "role=x").status_code == 422


def test_runs_of_another_repository_are_not_shown(client, repos):
    (repos / "other" / ".ays").parent.mkdir()
    (repos / "other" / ".ays").touch()
    key = asked(client, "execute", "action=install&async=true").json["key"]

    other = f"/ays/repository/other/aysrun/{key}"
    assert client.simulate_get(other).status_code == 404
    assert client.simulate_get("/ays/repository/dsk/aysrun").status_code == 404
    assert asked(client, "aysrun/999", "", "GET").status_code == 404


def test_an_empty_repository_is_initialised(client, rooms, repos):
    (repos / "other" / ".ays").parent.mkdir()
    (repos / "other" / ".ays").touch()
    rooms.catalog.look_again()

    assert client.simulate_post("/ays/repository/other/init").json["state"] == "ok"


def test_a_held_repository_runs_nothing(client, rooms):
    rooms.worktrees.disable("desk")

    for what, query in (
        ("init", ""),
        ("simulate", "action=install"),
        ("execute", "action=install"),
    ):
        assert asked(client, what, query).status_code == 422
