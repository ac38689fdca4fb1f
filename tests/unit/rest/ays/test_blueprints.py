import pytest

BLUEPRINTS = "/ays/repository/desk/blueprint"
ONE = f"{BLUEPRINTS}/1_desk.yaml"
TWO = {"name": "2_desk.yaml", "content": "desk__two:\n"}


@pytest.fixture
def folder(repos):
    return repos / "desk" / "blueprints"


@pytest.mark.parametrize("name", ["1_desk.yaml", "-"])
def test_a_blueprint_creates_services_once(client, name):
    first = client.simulate_post(f"{BLUEPRINTS}/{name}")
    second = client.simulate_post(f"{BLUEPRINTS}/{name}")

    assert first.status_code == 200
    assert (first.json["created"], first.json["unchanged"]) == (["desk!main"], [])
    assert (second.json["created"], second.json["unchanged"]) == ([], ["desk!main"])
    assert "alar" in first.json["warnings"][0]


@pytest.mark.parametrize(
    ("query", "created"),
    [("instance=two", ["desk!two"]), ("role=desk&instance=main", ["desk!main"]), ("role=x", [])],
)
def test_it_may_be_executed_for_some_services(client, folder, query, created):
    (folder / "1_desk.yaml").write_text("desk__main:\ndesk__two:\n")

    assert client.simulate_post(ONE, query_string=query).json["created"] == created


@pytest.mark.parametrize("repo", ["desk/blueprint/3.yaml", "dsk/blueprint/-", "dsk/blueprint/x"])
def test_what_is_not_there_is_404(client, repo):
    address = f"/ays/repository/{repo}"

    assert client.simulate_post(address).status_code == 404
    assert client.simulate_get(address).status_code == 404
    assert client.simulate_delete(address).status_code == 404
    assert client.simulate_put(address, json={"content": "a__b:\n"}).status_code == 404
    assert client.simulate_put(f"{address}/archive").status_code == 404


def test_a_wrong_blueprint_is_refused_by_file_and_line(client, folder):
    (folder / "2_bad.yaml").write_text("desk__b:\n  onkall: x\n")
    found = client.simulate_post(f"{BLUEPRINTS}/2_bad.yaml")

    assert found.status_code == 422
    assert "2_bad.yaml:2: unknown argument onkall" in found.json["detail"]
    assert client.simulate_get("/services").json == []


def test_blueprints_are_listed_in_order_with_what_they_say(client, folder):
    (folder / "_off.yaml").touch()
    first, second = client.simulate_get(BLUEPRINTS).json
    (active,) = client.simulate_get(BLUEPRINTS, query_string="archived=false").json

    assert (first["name"], first["archived"]) == ("1_desk.yaml", False)
    assert (first["content"], len(first["hash"])) == ("desk__main:\n  oncall: ann\n", 64)
    assert (second["name"], second["archived"]) == ("_off.yaml", True)
    assert active == first == client.simulate_get(ONE).json


def test_a_new_one_is_written_and_not_executed(client, folder):
    made = client.simulate_post(BLUEPRINTS, json=TWO)

    assert (made.status_code, made.headers["Location"]) == (201, f"{BLUEPRINTS}/2_desk.yaml")
    assert made.headers["ETag"] == client.simulate_get(f"{BLUEPRINTS}/2_desk.yaml").headers["ETag"]
    assert (folder / "2_desk.yaml").read_text() == TWO["content"]
    assert client.simulate_get("/services").json == []
    assert client.simulate_post(BLUEPRINTS, json=TWO).status_code == 409


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x", "x y", "x" * 65])
def test_a_name_never_leaves_the_folder(client, folder, name):
    assert client.simulate_post(BLUEPRINTS, json=TWO | {"name": name}).status_code == 400
    assert [path.name for path in folder.iterdir()] == ["1_desk.yaml"]


def test_what_is_no_blueprint_is_not_written(client, folder):
    wrong = {"content": "desk__b:\ndesk: [\n"}
    made = client.simulate_post(BLUEPRINTS, json={"name": "2.yaml"} | wrong)
    put = client.simulate_put(ONE, json=wrong)

    assert (made.status_code, put.status_code) == (400, 422)
    (mistake,) = made.json["errors"]
    assert (mistake["field"], mistake["detail"][:9]) == ("/content", "2.yaml:3:")
    assert [path.name for path in folder.iterdir()] == ["1_desk.yaml"]
    assert (folder / "1_desk.yaml").read_text() == "desk__main:\n  oncall: ann\n"


def test_it_is_changed_as_it_was_shown(client, folder):
    shown = client.simulate_get(ONE)
    seen = {"If-Match": shown.headers["ETag"]}
    changed = shown.json | {"content": "desk__main:\n  oncall: bob\n"}
    done = client.simulate_put(ONE, json=changed, headers=seen)

    assert (done.status_code, done.json["content"]) == (200, changed["content"])
    assert (folder / "1_desk.yaml").read_text() == changed["content"]
    assert client.simulate_put(ONE, json=shown.json, headers=seen).status_code == 412
    assert client.simulate_delete(ONE, headers=seen).status_code == 412
    assert client.simulate_put(f"{ONE}/archive", headers=seen).status_code == 412
    assert (folder / "1_desk.yaml").read_text() == changed["content"]


def test_the_address_says_which_one_is_changed(client, folder):
    refused = client.simulate_put(ONE, json={"name": "2.yaml", "content": "desk__b:\n"})

    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "/name")
    assert (folder / "1_desk.yaml").read_text() == "desk__main:\n  oncall: ann\n"


def test_a_put_may_make_one_and_no_more(client):
    only = {"If-None-Match": "*"}
    address = f"{BLUEPRINTS}/2_desk.yaml"
    content = {"content": TWO["content"]}

    assert client.simulate_put(address, json=content, headers=only).status_code == 201
    assert client.simulate_put(address, json=content, headers=only).status_code == 412


def test_an_archived_one_is_not_executed_until_it_is_restored(client):
    archived = client.simulate_put(f"{ONE}/archive")

    assert (archived.json["name"], archived.json["archived"]) == ("_1_desk.yaml", True)
    assert client.simulate_put(f"{ONE}/archive").json == archived.json
    assert client.simulate_get(ONE).json == archived.json
    assert client.simulate_post(f"{BLUEPRINTS}/-").json["created"] == []
    restored = client.simulate_put(f"{ONE}/restore")
    assert (restored.json["name"], restored.json["archived"]) == ("1_desk.yaml", False)
    assert client.simulate_post(f"{BLUEPRINTS}/-").json["created"] == ["desk!main"]


def test_it_is_deleted_once_its_services_are(client, rooms, folder):
    rooms.catalog.execute("desk")
    refused = client.simulate_delete(ONE)

    assert (refused.status_code, "desk!main" in refused.json["detail"]) == (409, True)
    rooms.catalog.delete("desk", "desk!main")
    assert client.simulate_delete(ONE).status_code == 204
    assert list(folder.iterdir()) == []


def test_what_a_blueprint_says_does_not_stand_in_the_audit_log(client):
    client.simulate_post(
        "/ays/repository/desk/blueprint", json=TWO | {"content": "desk__s3cret:\n"}
    )

    assert client.simulate_get("/audit").json
    assert "s3cret" not in client.simulate_get("/audit").text
