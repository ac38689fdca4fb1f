import pytest

from builders import a_repository
from cockpit.ays.shared import Shared
from cockpit.errors import InputError
from cockpit.robot import Catalog, NamedFolder, TemplateRepos
from cockpit.robot.git import Git


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def catalog(pipe, tmp_path):
    a_repository(tmp_path / "repos", {}, "node__a:\n")
    return Catalog(pipe, tmp_path / "repos", shared=Shared(tmp_path / "templates"))


@pytest.fixture
def repos(catalog, tmp_path):
    return TemplateRepos(catalog, NamedFolder(tmp_path / "templates", tmp_path / "trash"))


@pytest.fixture
def far(tmp_path):
    """Another machine's template repository."""
    path = tmp_path / "far" / "ays_nodes"
    (path / "_nodes/node").mkdir(parents=True)
    (path / "_nodes/node/schema.hrd").write_text("size = type:int default:1\n")
    git = Git(tmp_path)
    git.ask(path, "init", "--quiet", "--initial-branch=main")
    commit(path)
    return path


def commit(path):
    git = Git(path.parent)
    git.ask(path, "add", "--all")
    git.commit(path, "news")


def told(_line):
    return


def test_what_is_added_counts_at_once(repos, catalog, far):
    made = repos.add(f"file://{far}", "ays_nodes", tell=told)

    assert (made.name, made.domain, made.templates, made.branch) == (
        "ays_nodes",
        "nodes",
        1,
        "main",
    )
    assert repos.rows() == [made]
    assert catalog.execute("desk").created == ["node!a"]


def test_an_update_counts_at_once(repos, catalog, far):
    repos.add(f"file://{far}", "nodes", tell=told)
    catalog.execute("desk")
    (far / "_nodes/node/schema.hrd").write_text("size = type:int default:1\nname = type:str\n")
    commit(far)

    assert repos.update("nodes", tell=told).commits == 1
    assert repos.update("nodes", tell=told).commits == 0
    catalog.execute("desk")
    (row,) = catalog.services("desk")
    assert row.data == {"size": 1, "name": ""}


def test_a_branch_may_be_named(repos, far, tmp_path):
    git = Git(tmp_path)
    git.ask(far, "checkout", "--quiet", "-b", "next")
    (far / "_nodes/disk").mkdir()
    (far / "_nodes/disk/schema.hrd").write_text("")
    commit(far)
    git.ask(far, "checkout", "--quiet", "main")

    assert repos.add(f"file://{far}", "old", "main", tell=told).templates == 1
    assert repos.add(f"file://{far}", "new", "next", tell=told).templates == 2


def test_what_is_removed_stands_in_the_trash(repos, catalog, far, tmp_path):
    repos.add(f"file://{far}", "nodes", tell=told)
    done = repos.remove("nodes")

    assert (tmp_path / "trash") in type(tmp_path)(done.trash).parents
    assert repos.rows() == []
    with pytest.raises(InputError, match="unknown template node"):
        catalog.execute("desk")


def test_a_repository_without_templates_is_refused(repos, far):
    (far / "_nodes/node/schema.hrd").unlink()
    (far / "README").write_text("nothing")
    commit(far)

    with pytest.raises(InputError, match="holds no templates"):
        repos.add(f"file://{far}", "nodes", tell=told)
    assert repos.rows() == []


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".x"])
def test_names_cannot_leave_the_folder(repos, far, name):
    with pytest.raises(InputError, match="cannot be the name"):
        repos.add(f"file://{far}", name, tell=told)
    for act in (repos.remove, lambda name: repos.update(name, tell=told)):
        with pytest.raises(InputError, match="no template repository"):
            act(name)


def test_an_address_that_is_none_is_refused(repos):
    with pytest.raises(InputError, match="no address"):
        repos.add("--upload-pack=x", "nodes", tell=told)


def test_what_has_an_upstream_is_named(repos, far, tmp_path):
    repos.add(f"file://{far}", "ays_nodes", tell=told)
    (tmp_path / "templates" / "by_hand").mkdir()

    assert repos.with_upstream() == ["ays_nodes"]
