import pytest

DONE = {"created": ["a!1"], "updated": [], "unchanged": ["b!1"], "warnings": ["x.yaml:3: odd"]}


def test_blueprints_are_executed_and_told(server, run):
    server.on("POST /ays/repository/desk/blueprint/1%20a.yaml", DONE)
    words = ("blueprint", "execute", "1 a.yaml", "--repo", "desk")

    assert run(*words).out.splitlines() == [
        "created a!1",
        "unchanged b!1",
        "warning: x.yaml:3: odd",
    ]
    assert run(*words, "--json").document == DONE


@pytest.mark.parametrize("words", [("--repo", "desk"), ()])
def test_blueprints_are_listed(server, run, words):
    server.on("GET /status", {"repos": ["desk"]})
    server.on("GET /ays/repository/desk/blueprint", [{"name": "1_a.yaml", "enabled": True}])
    out = run("blueprint", *(["list", *words] if words else [])).out

    assert "1_a.yaml  " in out


@pytest.mark.parametrize("path", ["./blueprints/1_a.yaml", "../desk/blueprints/1_a.yaml"])
def test_a_blueprint_may_be_given_by_its_path(server, run, home, monkeypatch, path):
    (home / "repos" / "desk" / "blueprints").mkdir(parents=True)
    monkeypatch.chdir(home / "repos" / "desk")
    server.on("POST /ays/repository/desk/blueprint/1_a.yaml", DONE)

    assert run("blueprint", "execute", path, "--home", str(home)).code == 0


def test_a_path_to_elsewhere_is_refused(run, home, server):
    ended = run("blueprint", "execute", "./1_a.yaml", "--home", str(home), "--repo", "desk")

    assert (ended.code, server.asked) == (2, [])
    assert f"./1_a.yaml is no blueprint of desk: it is not below {home}/repos/desk" in ended.err
