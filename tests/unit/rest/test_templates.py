import pytest

from cockpit.robot.git import Git


@pytest.fixture
def url(tmp_path):
    path = tmp_path / "far"
    (path / "node").mkdir(parents=True)
    (path / "node/schema.hrd").write_text("")
    git = Git(tmp_path)
    git.ask(path, "init", "--quiet", "--initial-branch=main")
    git.ask(path, "add", "--all")
    git.commit(path, "one")
    return f"file://{path}"


def transfer(client):
    return client.simulate_get("/templates/nodes/transfer", query_string="wait=20").json


def test_a_template_repository_is_added_updated_and_removed(client, url):
    begun = client.simulate_post("/templates/nodes/clone", json={"url": url})
    assert (begun.status_code, begun.headers["location"]) == (202, "/templates/nodes/transfer")
    assert transfer(client)["result"]["templates"] == 1

    (row,) = client.simulate_get("/templates").json
    assert (row["name"], row["remote"]) == ("nodes", url)
    assert client.simulate_post("/templates/nodes/pull").status_code == 202
    assert transfer(client)["result"]["commits"] == 0
    assert "trash" in client.simulate_delete("/templates/nodes").json["trash"]
    assert client.simulate_get("/templates").json == []


@pytest.mark.parametrize(
    "route", ["DELETE /templates/x", "POST /templates/x/pull", "GET /templates/x/transfer"]
)
def test_one_that_is_not_there_is_404(client, route):
    method, _, path = route.partition(" ")

    assert client.simulate_request(method, path).status_code == 404


def test_what_cannot_be_cloned_is_refused_at_once(client, url):
    for origin in ({"url": url, "branch": "-x"}, {"url": "x"}):
        assert client.simulate_post("/templates/n/clone", json=origin).status_code == 422
    assert client.simulate_post("/templates/.n/clone", json={"url": url}).status_code == 422


def test_strangers_are_told_nothing(stranger):
    assert stranger.simulate_get("/templates").status_code == 401
    assert stranger.simulate_post("/templates/x/clone", json={"url": "/x"}).status_code == 401
