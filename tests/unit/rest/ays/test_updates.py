import subprocess

import pytest

from cockpit.robot.git import Git


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_reload_tells_what_cannot_be_read(client, repos, method):
    (repos / "desk/servicetemplates/desk/schema.hrd").write_text("a = type:nosuch\n")
    found = client.simulate_request(method, "/ays/reload").json

    assert (found["msg"], found["repositories"]) == ("reload done", ["desk"])
    (problem,) = found["problems"]
    assert problem.startswith("desk: servicetemplates/desk/schema.hrd:1: ")


def test_without_an_upstream_there_is_nothing_to_update(client):
    assert client.simulate_post("/cockpit/update").status_code == 404


def test_an_update_pulls_what_has_an_upstream(client, repos, tmp_path):
    git = Git(tmp_path)
    for name, far in (("new", tmp_path / "far"), ("shared", tmp_path / "far2")):
        (far / "servicetemplates/x").mkdir(parents=True)
        (far / "servicetemplates/x/schema.hrd").touch()
        (far / ".ays").touch()
        git.ask(far, "init", "--quiet", "--initial-branch=main")
        git.ask(far, "add", "--all")
        git.commit(far, "one")
        target = repos / name if name == "new" else tmp_path / "templates" / name
        subprocess.run(["git", "clone", "-q", f"file://{far}", str(target)], check=True)
        (far / "news").touch()
        git.ask(far, "add", "--all")
        git.commit(far, "two")

    assert client.simulate_post("/cockpit/update").status_code == 204
    for path in ("/repos/new", "/templates/shared"):
        done = client.simulate_get(f"{path}/transfer", query_string="wait=20").json
        assert (done["what"], done["state"]) == ("pull", "ok"), done
    assert (repos / "new" / "news").exists()
    assert (tmp_path / "templates" / "shared" / "news").exists()
