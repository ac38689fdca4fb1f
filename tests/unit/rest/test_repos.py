import pytest

from cockpit.robot.git import Git


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def url(tmp_path):
    """The address of another machine's repository."""
    far = tmp_path / "far"
    far.mkdir()
    (far / ".ays").touch()
    git = Git(tmp_path)
    git.ask(far, "init", "--quiet", "--initial-branch=main")
    git.ask(far, "add", "--all")
    git.commit(far, "one")
    return f"file://{far}"


def clone(client, url, name="new"):
    begun = client.simulate_post(f"/repos/{name}/clone", json={"url": url})
    assert (begun.status_code, begun.headers["location"]) == (202, f"/repos/{name}/transfer")
    return ended(client, name)


def ended(client, name):
    return client.simulate_get(f"/repos/{name}/transfer", query_string="wait=20").json


def states(client):
    return {row["repo"]: row["state"] for row in client.simulate_get("/repos").json}


def test_a_repository_is_made_listed_and_deleted(client, tmp_path):
    made = client.simulate_post("/repos", json={"name": "new"})

    assert (made.status_code, made.headers["location"]) == (201, "/repos/new")
    assert states(client) == {"desk": "enabled", "new": "enabled"}
    gone = client.simulate_delete("/repos/new").json
    assert (gone["repo"], gone["services"]) == ("new", 0)
    assert gone["trash"].startswith(str(tmp_path / "trash" / "new-"))
    assert states(client) == {"desk": "enabled"}


def test_a_clone_is_held_until_it_is_enabled(client, url):
    done = clone(client, url)

    assert (done["state"], done["what"], done["result"]["generation"]) == ("ok", "clone", "8.0")
    assert states(client) == {"desk": "enabled", "new": "held"}
    assert client.simulate_post("/repos/new/enable").json["state"] == "enabled"
    assert client.simulate_post("/repos/new/disable").json["state"] == "held"
    assert client.simulate_get("/repos/new").json["tree"]["branch"] == "main"


def test_what_cannot_be_cloned_is_refused_before_it_begins(client):
    for name, url, status in (("new", "ext::sh", 422), ("desk", "/x", 409), (".x", "/x", 422)):
        refused = client.simulate_post(f"/repos/{name}/clone", json={"url": url})

        assert refused.status_code == status, url
    assert client.simulate_get("/repos/new/transfer").status_code == 404


def test_a_clone_that_fails_says_why(client, tmp_path):
    done = clone(client, f"file://{tmp_path}/nothing")

    assert (done["state"], done["is_wrong"]) == ("error", False)
    assert "git clone" in done["error"]


def test_changes_are_committed_and_logged(client, repos):
    first = client.simulate_post("/repos/desk/commit", json={"message": "first"}).json
    (repos / "desk" / "notes").touch()
    changed = client.simulate_get("/repos/desk").json["tree"]["changes"]
    second = client.simulate_post("/repos/desk/commit", json={"message": "second"}).json
    log = client.simulate_get("/repos/desk/log", query_string="limit=5").json

    assert changed == [{"state": "untracked", "file": "notes"}]
    assert [(row["commit"], row["subject"]) for row in log] == [
        (second["commit"], "second"),
        (first["commit"], "first"),
    ]


def test_a_commit_needs_a_message(client):
    refused = client.simulate_post("/repos/desk/commit")

    assert (refused.status_code, "message" in refused.json["detail"]) == (400, True)


def test_a_clone_pulls_and_pushes(client, url, tmp_path):
    clone(client, url)
    far, git = tmp_path / "far", Git(tmp_path)
    (far / "news").touch()
    git.ask(far, "add", "--all")
    git.commit(far, "two")

    assert client.simulate_post("/repos/new/pull").status_code == 202
    assert ended(client, "new")["result"]["commits"] == 1
    assert client.simulate_post("/repos/new/push").status_code == 202
    assert (ended(client, "new")["what"], ended(client, "new")["state"]) == ("push", "ok")


def test_a_repository_with_services_is_deleted_by_force(client, rooms, repos):
    rooms.catalog.execute("desk")
    refused = client.simulate_delete("/repos/desk")

    assert (refused.status_code, "1 services" in refused.json["detail"]) == (409, True)
    assert (repos / "desk").exists()
    assert client.simulate_delete("/repos/desk", query_string="force=true").json["services"] == 1


@pytest.mark.parametrize(
    "route",
    [
        "GET ",
        "DELETE ",
        "POST /enable",
        "POST /disable",
        "POST /commit",
        "POST /restore",
        "POST /resolve",
        "GET /log",
        "POST /pull",
        "POST /push",
        "GET /transfer",
    ],
)
@pytest.mark.parametrize("name", ["nothing", "..", ".held"])
def test_a_repository_that_is_not_there_is_404(client, route, name):
    method, _, rest = route.partition(" ")

    body = {"/commit": {"message": "m"}, "/resolve": {"side": "disk"}}.get(rest)
    found = client.simulate_request(method, f"/repos/{name}{rest}", json=body)

    assert found.status_code == 404


def test_strangers_are_told_nothing(stranger):
    assert stranger.simulate_get("/repos").status_code == 401
    assert stranger.simulate_post("/repos/x/clone", json={"url": "/x"}).status_code == 401


def test_services_that_only_files_have_are_restored(client, repos):
    folder = repos / "desk/services/desk!other"
    folder.mkdir(parents=True)
    (folder / "service.json").write_text('{"template": "desk"}')

    assert client.simulate_post("/repos/desk/restore").json["restored"] == ["desk!other"]


def test_a_conflict_is_shown_and_resolved(client, repos):
    client.simulate_post("/ays/repository/desk/blueprint/-")
    client.simulate_get("/repos/desk")
    folder = repos / "desk/services/desk!main"
    (folder / "data.json").write_text('{"oncall": "eve"}')

    (conflict,) = client.simulate_get("/repos/desk").json["conflicts"]
    assert (conflict["service"], conflict["why"]) == ("desk!main", "somebody edited it")
    assert client.simulate_post("/repos/desk/resolve").status_code == 400
    done = client.simulate_post("/repos/desk/resolve", json={"side": "disk"}).json
    assert done["services"] == ["desk!main"]
    assert client.simulate_get("/repos/desk").json["conflicts"] == []
