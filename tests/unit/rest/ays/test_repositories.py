import pytest

REPOS = "/ays/repository"


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


def test_a_repository_is_made_shown_listed_and_deleted(client, repos):
    made = client.simulate_post(REPOS, json={"name": "new"})

    assert (made.status_code, made.headers["Location"]) == (201, f"{REPOS}/new")
    assert made.json == {"name": "new", "path": str(repos / "new")}
    assert client.simulate_get(f"{REPOS}/new").json == made.json
    assert [one["name"] for one in client.simulate_get(REPOS).json] == ["desk", "new"]
    assert client.simulate_delete(f"{REPOS}/new").status_code == 204
    assert [one["name"] for one in client.simulate_get(REPOS).json] == ["desk"]


@pytest.mark.parametrize(
    ("name", "status"),
    [("desk", 409), ("", 400), ("../x", 400), (".x", 400), ("a b", 400), ("x\n", 422)],
)
def test_a_name_that_cannot_be_or_is_taken_is_refused(client, name, status):
    assert client.simulate_post(REPOS, json={"name": name}).status_code == status


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_what_is_not_there_is_404(client, method):
    assert client.simulate_request(method, f"{REPOS}/dsk").status_code == 404


def test_one_with_services_goes_only_by_force(client, rooms, repos):
    rooms.catalog.execute("desk")
    refused = client.simulate_delete(f"{REPOS}/desk")

    assert (refused.status_code, (repos / "desk").is_dir()) == (409, True)
    assert client.simulate_delete(f"{REPOS}/desk", query_string="force=true").status_code == 204
    assert not (repos / "desk").exists()
