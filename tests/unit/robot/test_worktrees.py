import shutil
from pathlib import Path

import pytest

import builders
from builders import a_repository
from cockpit.errors import InputError, OpsError
from cockpit.robot import Catalog, SoleWriter
from cockpit.robot.git import Git

ACT = {"actions.py": "def act():\n    pass\n", "service.hrd": "events.alarm = act\n"}
BAD_NAMES = ["", ".", "..", "../x", "a/b", ".held", "-x", "_x", "a b", "a\n", "x" * 65, "ä"]


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def repos(tmp_path):
    path = tmp_path / "home" / "repos"
    path.mkdir(parents=True)
    return path


@pytest.fixture
def catalog(pipe, repos):
    return Catalog(pipe, repos)


@pytest.fixture
def writer(pipe):
    return SoleWriter(pipe, "rack-test")


@pytest.fixture
def worktrees(pipe, catalog, repos, writer):
    return builders.worktrees(pipe, catalog, repos, writer=writer, clock=lambda: 0.0)


@pytest.fixture
def remote(tmp_path):
    """Another machine's repository, with one service."""
    path = a_repository(tmp_path / "far", {"desk": ACT})
    git = Git(tmp_path)
    git.ask(path, "init", "--quiet", "--initial-branch=main")
    git.ask(path, "add", "--all")
    git.commit(path, "one")
    return path


@pytest.fixture
def url(remote):
    return f"file://{remote}"


def told(_line):
    return


def names(repos):
    return sorted(path.name for path in repos.iterdir() if not path.name.startswith("."))


def test_a_new_repository_is_enabled_committed_and_clean(worktrees, catalog):
    made = worktrees.create("mine")

    assert (made.state, made.generation, made.tree.changes) == ("enabled", "cockpit", [])
    assert catalog.repos() == ["mine"]
    assert [row.subject for row in worktrees.log("mine", 5)] == ["A new repository"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_names_cannot_leave_the_folder(worktrees, repos, url, name):
    with pytest.raises(InputError, match="cannot be the name"):
        worktrees.create(name)
    with pytest.raises(InputError, match="cannot be the name"):
        worktrees.clone(url, name, tell=told)
    assert names(repos) == []


@pytest.mark.parametrize("name", ["", ".", "..", "../repos/desk", "desk/../desk", ".held", "x"])
def test_what_is_no_repository_is_not_touched(worktrees, repos, name):
    a_repository(repos, {"desk": ACT})
    for act in (worktrees.enable, worktrees.disable, worktrees.delete, worktrees.status):
        with pytest.raises(InputError, match="no repository"):
            act(name)
    with pytest.raises(InputError, match="known: desk"):
        worktrees.commit(name, "x")

    assert names(repos) == ["desk"]


def test_a_name_that_is_taken_is_refused_and_nothing_is_overwritten(worktrees, repos, url):
    (repos / "mine").mkdir()
    (repos / "mine" / "notes").write_text("mine")
    with pytest.raises(InputError, match="there already"):
        worktrees.create("mine")
    with pytest.raises(InputError, match="there already"):
        worktrees.clone(url, "mine", tell=told)

    assert (repos / "mine" / "notes").read_text() == "mine"


def test_a_clone_is_held_and_nothing_of_it_runs(worktrees, catalog, url):
    lines = []
    made = worktrees.clone(url, "desk", tell=lines.append)

    assert (made.generation, lines[0].startswith("Cloning into")) == ("cockpit", True)
    assert [(row.repo, row.state) for row in worktrees.rows()] == [("desk", "held")]
    assert (catalog.repos(), catalog.problems()) == ([], [])
    with pytest.raises(InputError, match="desk is held: `cockpit repo enable desk`"):
        catalog.execute("desk")


def test_an_enabled_clone_works_and_stays_clean(worktrees, catalog, url):
    worktrees.clone(url, "desk", tell=told)
    found = worktrees.enable("desk")
    done = catalog.execute("desk")

    assert (found.state, done.created) == ("enabled", ["desk!main"])
    assert worktrees.status("desk").tree.changes == []
    assert [row.services for row in worktrees.rows()] == [1]


def test_a_repository_that_is_held_again_gets_no_events(worktrees, catalog, repos):
    a_repository(repos, {"desk": ACT})
    catalog.execute("desk")
    assert len(catalog.services()[0].subscriptions) == 1
    worktrees.disable("desk")

    assert (catalog.repos(), catalog.services()[0].subscriptions) == ([], {})
    worktrees.enable("desk")
    assert catalog.repos() == ["desk"]


def test_hooks_of_this_machines_templates_do_not_come_with_a_clone(worktrees, repos, url):
    worktrees.clone(url, "desk", tell=told)

    assert not (repos / "desk" / ".git" / "hooks").exists()


def test_a_branch_is_cloned_by_name(worktrees, remote, url, tmp_path):
    Git(tmp_path).ask(remote, "branch", "side")
    worktrees.clone(url, "desk", "side", tell=told)

    assert worktrees.status("desk").tree.branch == "side"


def test_a_clone_that_fails_leaves_nothing(worktrees, repos, tmp_path):
    with pytest.raises(OpsError, match="git clone"):
        worktrees.clone(f"file://{tmp_path}/nothing", "desk", tell=told)

    assert (names(repos), list((repos / ".drafts").iterdir())) == ([], [])
    assert worktrees.create("desk").state == "enabled"


def test_what_is_no_repository_of_ays_is_not_kept(worktrees, repos, remote, url, tmp_path):
    (remote / ".ays").unlink()
    git = Git(tmp_path)
    git.ask(remote, "add", "--all")
    git.commit(remote, "no marker")
    with pytest.raises(InputError, match=r"it has no \.ays"):
        worktrees.clone(url, "desk", tell=told)

    assert names(repos) == []


def test_repositories_inside_what_was_cloned_are_named(worktrees, remote, url, tmp_path):
    (remote / "sub80").mkdir()
    (remote / ".ays").rename(remote / "sub80" / ".ays")
    git = Git(tmp_path)
    git.ask(remote, "add", "--all")
    git.commit(remote, "moved")
    with pytest.raises(InputError, match=r"no \.ays at its root; these have: sub80$"):
        worktrees.clone(url, "desk", tell=told)


@pytest.mark.parametrize(
    ("url", "branch"), [("ext::sh", ""), ("-x", ""), ("/x", "--upload-pack=y")]
)
def test_addresses_and_branches_that_are_options_are_refused(worktrees, url, branch):
    with pytest.raises(InputError):
        worktrees.clone(url, "desk", branch, tell=told)


def test_a_deleted_repository_is_in_the_trash(worktrees, repos):
    for _ in range(2):
        worktrees.create("mine")
        (repos / "mine" / "notes").write_text("mine")
        gone = worktrees.delete("mine")

    assert (names(repos), worktrees.rows()) == ([], [])
    kept = sorted((repos.parent / "trash").iterdir())
    assert [(path / "notes").read_text() for path in kept] == ["mine", "mine"]
    assert gone.trash == str(kept[1])


def test_a_repository_with_services_is_deleted_only_by_force(worktrees, catalog, repos):
    a_repository(repos, {"desk": ACT})
    catalog.execute("desk")
    with pytest.raises(InputError, match="desk has 1 services"):
        worktrees.delete("desk")

    assert names(repos) == ["desk"]
    assert worktrees.delete("desk", force=True).services == 1
    assert names(repos) == []


def test_a_deleted_repository_is_not_held_when_it_comes_again(worktrees, url):
    worktrees.clone(url, "desk", tell=told)
    worktrees.delete("desk")

    assert worktrees.create("desk").state == "enabled"


def test_a_link_is_no_repository_and_is_told(worktrees, catalog, repos, tmp_path):
    elsewhere = a_repository(tmp_path / "elsewhere", {"desk": ACT}, name="real")
    a_repository(repos, {"desk": ACT}, name="mine")
    (repos / "lnk").symlink_to(elsewhere)
    (repos / "lnk2").symlink_to("mine")

    assert ([row.repo for row in worktrees.rows()], catalog.repos()) == (["mine"], ["mine"])
    assert catalog.problems() == [
        f"{name}: it is a link, so it is no repository" for name in ("lnk", "lnk2")
    ]
    for name in ("lnk", "real"):
        with pytest.raises(InputError, match="no repository"):
            worktrees.delete(name)
    assert (elsewhere / ".ays").exists()


def test_a_trash_that_cannot_be_made_keeps_the_repository(worktrees, repos):
    worktrees.create("mine")
    (repos.parent / "trash").write_text("a file")
    with pytest.raises(OpsError, match="cannot be moved"):
        worktrees.delete("mine")

    assert names(repos) == ["mine"]


def test_commits_travel_between_a_clone_and_its_origin(worktrees, remote, url, repos, tmp_path):
    worktrees.clone(url, "desk", tell=told)
    (repos / "desk" / "notes").write_text("mine")
    worktrees.commit("desk", "notes")
    Git(tmp_path).ask(remote, "checkout", "--quiet", "--detach")
    worktrees.push("desk", tell=told)
    Git(tmp_path).ask(remote, "checkout", "--quiet", "main")

    assert (remote / "notes").read_text() == "mine"
    assert worktrees.pull("desk", tell=told).commits == 0


def test_a_repository_that_git_does_not_know_has_no_tree(worktrees, repos):
    a_repository(repos, {"desk": ACT})

    assert worktrees.status("desk").tree is None


def test_drafts_of_a_killed_process_are_swept(worktrees, repos):
    (repos / ".drafts" / "x" / "desk").mkdir(parents=True)
    worktrees.sweep()

    assert not (repos / ".drafts").exists()


def test_a_commit_tells_of_passwords_in_clear(worktrees, repos):
    worktrees.create("mine")
    template = {"web": {"schema.hrd": "pw = type:password\n"}}
    a_repository(repos, template, "web__x:\n  pw: s3cret\n", name="mine")
    (told,) = worktrees.commit("mine", "web").warnings

    assert told.startswith("1_main.yaml:2: pw is a password in clear")


def test_a_commit_has_the_services_as_they_are(worktrees, catalog, repos):
    worktrees.create("mine")
    a_repository(repos, {"desk": ACT}, name="mine")
    catalog.look_again()
    catalog.execute("mine")

    worktrees.commit("mine", "services")

    assert (repos / "mine/services/desk!main/service.json").exists()
    assert worktrees.status("mine").tree.changes == []


def test_a_service_that_cannot_be_written_is_shown_and_stops_no_commit(worktrees, catalog, repos):
    worktrees.create("mine")
    a_repository(repos, {"desk": ACT, "node": ACT}, name="mine")
    catalog.look_again()
    catalog.execute("mine")
    (repos / "mine/services").mkdir()
    (repos / "mine/services/node!main").write_text("in the way")

    worktrees.commit("mine", "services")
    assert (repos / "mine/services/desk!main/service.json").exists()
    (told,) = worktrees.status("mine").unwritten
    assert told.startswith("node!main: cannot write services/node!main/data.json")
    assert [row.problems for row in worktrees.rows()] == [1]


@pytest.fixture
def mirrored(worktrees, catalog, repos):
    """Return the folder of a repository's services, which are written."""
    worktrees.create("mine")
    a_repository(repos, {"desk": ACT}, name="mine")
    catalog.look_again()
    catalog.execute("mine")
    worktrees.commit("mine", "services")
    return repos / "mine" / "services"


def test_a_conflict_is_a_problem_of_its_repository(worktrees, mirrored):
    assert [row.problems for row in worktrees.rows()] == [0]
    (mirrored / "desk!main/data.json").write_text('{"size": 9}')

    assert [row.problems for row in worktrees.rows()] == [1]


def test_a_folder_that_cannot_be_written_is_a_problem_of_its_repository(worktrees, mirrored):
    shutil.rmtree(mirrored)
    mirrored.write_text("in the way")

    assert [row.problems for row in worktrees.rows()] == [1]


def test_a_list_does_not_wait_for_who_works_on_the_files(worktrees, writer, mirrored):
    (mirrored / "desk!main/data.json").write_text('{"size": 9}')

    with writer.alone("mine"):
        assert [row.problems for row in worktrees.rows()] == [0]


def test_a_clone_stays_clean_beside_the_files_of_its_services(worktrees, catalog, repos, url):
    worktrees.clone(url, "mine", tell=told)
    worktrees.enable("mine")
    catalog.execute("mine")

    assert worktrees.status("mine").tree.changes == []
    assert (repos / "mine/services/desk!main/service.json").exists()


def test_a_repository_of_the_same_name_begins_anew(worktrees, catalog, repos):
    worktrees.create("mine")
    a_repository(repos, {"desk": ACT}, name="mine")
    catalog.look_again()
    catalog.execute("mine")
    gone = worktrees.delete("mine", force=True)
    worktrees.create("mine")

    assert worktrees.status("mine").conflicts == []
    assert [row.services for row in worktrees.rows()] == [0]
    assert not (repos / "mine/services").exists()
    assert Path(gone.trash, "services/desk!main/service.json").exists()


def test_only_an_enabled_repository_is_restored(worktrees, url):
    worktrees.clone(url, "mine", tell=told)

    with pytest.raises(InputError, match="mine is held"):
        worktrees.restore("mine")
    with pytest.raises(InputError, match="mine is held"):
        worktrees.resolve("mine", [], "disk")


def test_what_has_an_upstream_is_named(worktrees, url):
    worktrees.create("mine")
    worktrees.clone(url, "far", tell=told)

    assert worktrees.with_upstream() == ["far"]
