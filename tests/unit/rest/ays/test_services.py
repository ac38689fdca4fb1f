import hashlib

import pytest

SERVICES = "/ays/repository/desk/service"
ONE = f"{SERVICES}/desk/main"


@pytest.fixture(autouse=True)
def _executed(rooms):
    rooms.catalog.execute("desk")


def test_services_are_listed_all_or_of_a_role(client):
    (found,) = client.simulate_get(SERVICES).json

    assert found["key"] == "desk!main"
    assert (found["name"], found["role"], found["instance"]) == ("desk", "desk", "main")
    assert (found["instance_hrd"], found["parent"], found["producers"]) == (
        {"oncall": "ann"},
        "",
        [],
    )
    assert client.simulate_get(f"{SERVICES}/desk").json == [found]
    assert client.simulate_get(f"{SERVICES}/des").json == []


def test_one_leads_to_its_code_and_its_parameters(client, repos):
    found = client.simulate_get(ONE).json
    source = client.simulate_get(f"/ays/repository/desk/source/{found['source']}").json
    hrd = client.simulate_get(f"/ays/repository/desk/hrd/{found['hrd']}").json
    code = (repos / "desk/servicetemplates/desk/actions.py").read_text()

    assert source == {"content": code}
    assert found["actions_py"] == code
    assert hrd == {"content": "oncall = ann\n"}
    assert hashlib.sha256(hrd["content"].encode()).hexdigest() == found["hrd"]


def test_a_templates_parameters_are_found_by_their_hash(client):
    (template,) = client.simulate_get("/ays/repository/desk/template").json
    found = client.simulate_get(f"/ays/repository/desk/hrd/{template['hrd']}").json

    assert found == {"content": template["service_hrd"]}


@pytest.mark.parametrize("what", ["source", "hrd"])
def test_a_hash_of_nothing_is_404(client, what):
    assert client.simulate_get(f"/ays/repository/desk/{what}/{'0' * 64}").status_code == 404


def test_its_actions_are_listed(client):
    assert client.simulate_get(f"{ONE}/action").json == ["escalate", "notify"]


@pytest.mark.parametrize(
    "path", ["desk/service/desk/x", "desk/service/desk/x/action", "x/service", "x/service/desk"]
)
def test_what_is_not_there_is_404(client, path):
    assert client.simulate_get(f"/ays/repository/{path}").status_code == 404


def test_one_is_deleted_as_it_was_seen(client, rooms):
    seen = client.simulate_get(ONE).headers["ETag"]
    rooms.runs.set_state("desk", "desk!main", "notify", "ok")

    assert client.simulate_get(ONE, headers={"If-None-Match": seen}).status_code == 200
    assert client.simulate_delete(ONE, headers={"If-Match": seen}).status_code == 412
    assert client.simulate_delete(ONE).status_code == 204
    assert client.simulate_delete(ONE).status_code == 404


def test_one_that_jobs_wait_for_stays(client):
    client.simulate_post("/ays/repository/desk/execute", query_string="action=notify&async=true")
    refused = client.simulate_delete(ONE)

    assert (refused.status_code, "1 jobs" in refused.json["detail"]) == (409, True)


def test_one_that_others_need_is_not_even_uninstalled(client, rooms, repos):
    desk = repos / "desk" / "servicetemplates" / "desk"
    (desk / "actions.py").write_text("def uninstall(service):\n    pass\n")
    (desk.parent / "disk").mkdir()
    (desk.parent / "disk/schema.hrd").write_text("desk = type:str consume:desk:1:1\n")
    (repos / "desk/blueprints/2.yaml").write_text("disk__a:\n  desk: main\n")
    rooms.catalog.look_again()
    rooms.catalog.execute("desk")
    refused = client.simulate_delete(ONE)

    assert (refused.status_code, "needed by disk!a" in refused.json["detail"]) == (409, True)
    assert rooms.runs.newest(9) == []


def test_without_uninstall_it_goes_as_it_is(client, repos, rooms):
    desk = repos / "desk" / "servicetemplates" / "desk"
    (desk / "actions.py").write_text("def uninstall(service):\n    pass\n")
    rooms.catalog.look_again()

    assert client.simulate_delete(ONE, query_string="uninstall=false").status_code == 204
    assert rooms.runs.newest(9) == []
