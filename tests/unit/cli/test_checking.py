import pytest


@pytest.fixture
def repo(tmp_path):
    path = tmp_path / "home" / "repos" / "desk"
    template = path / "servicetemplates" / "desk"
    template.mkdir(parents=True)
    (path / ".ays").touch()
    (template / "actions.py").write_text("def act():\n    j.tools.cuisine\n")
    (template / "service.hrd").write_text("stray\n")
    return path


def test_what_will_not_work_is_listed_and_fails_without_any_server(run, repo):
    ended = run("repo", "check", str(repo))

    assert ended.code == 1
    lines = ended.out.splitlines()
    assert lines[0] == (
        "servicetemplates/desk/actions.py:2: error: j.tools.cuisine is not provided"
    )
    assert lines[1].startswith("servicetemplates/desk/service.hrd:1: warning: ")
    assert lines[2] == f"AYS 8.0: 1 error, 1 warning in {repo}"


def test_warnings_alone_are_fine(run, repo):
    (repo / "servicetemplates" / "desk" / "actions.py").unlink()
    ended = run("repo", "check", str(repo))

    assert (ended.code, ended.out.splitlines()[-1]) == (
        0,
        f"AYS 8.0: 0 errors, 1 warning in {repo}",
    )


def test_programs_get_one_document(run, repo):
    ended = run("repo", "check", str(repo), "--json")

    assert ended.code == 1
    assert ended.document["generation"] == "8.0"
    assert (ended.document["errors"], ended.document["warnings"]) == (1, 1)
    assert ended.document["findings"][0] == {
        "file": "servicetemplates/desk/actions.py",
        "line": 2,
        "what": "j.tools.cuisine is not provided",
        "is_error": True,
    }


def test_the_repository_around_the_working_directory_is_meant(run, repo, monkeypatch):
    monkeypatch.chdir(repo / "servicetemplates")

    assert run("repo", "check", "--json").document["path"] == str(repo)


def test_a_repository_of_the_home_is_found_by_name(run, repo):
    assert run("repo", "check", "desk", "--json").document["path"] == str(repo)


@pytest.mark.parametrize("place", [".", "nothing", "../nothing"])
def test_what_is_no_repository_is_wrong_usage(run, place):
    ended = run("repo", "check", place)

    assert (ended.code, "is no repository" in ended.err) == (2, True)


def test_templates_of_the_home_count(run, repo):
    (repo / "blueprints").mkdir()
    (repo / "blueprints" / "1.yaml").write_text("node.kvm__a:\n")
    before = run("repo", "check", "desk", "--json").document["errors"]
    shared = repo.parents[1] / "templates" / "ays_one" / "node.kvm"
    shared.mkdir(parents=True)
    (shared / "schema.hrd").touch()

    assert run("repo", "check", "desk", "--json").document["errors"] == before - 1
