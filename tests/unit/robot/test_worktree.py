import pytest

from cockpit.errors import InputError, OpsError
from cockpit.robot.git import Git
from cockpit.robot.worktree import Change, TreeStatus, Worktree


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def git(tmp_path):
    return Git(tmp_path)


@pytest.fixture
def plain(tmp_path):
    """A directory that git does not know."""
    path = tmp_path / "desk"
    path.mkdir()
    (path / "a").write_text("1\n")
    return path


@pytest.fixture
def tree(git, plain):
    return Worktree(git, plain, "desk")


@pytest.fixture
def pair(git, tmp_path, tree, plain):
    """A bare remote, our clone of it, and the clone of somebody else."""
    tree.commit("one")
    remote = tmp_path / "remote.git"
    git.ask(tmp_path, "clone", "--quiet", "--bare", str(plain), str(remote))
    made = []
    for name in ("ours", "theirs"):
        git.ask(tmp_path, "clone", "--quiet", f"file://{remote}", name)
        made.append(tmp_path / name)
    return made


def told(_line):
    return


def write(git, path, text, file="a", *, push=False):
    (path / file).write_text(text)
    done = Worktree(git, path, path.name).commit(f"{file} is {text}")
    if push:
        Worktree(git, path, path.name).push(told)
    return done.commit


def test_a_directory_that_git_does_not_know_has_no_state(tree):
    assert (tree.is_tracked, tree.status(), tree.log(5)) == (False, TreeStatus(), [])


def test_the_first_commit_makes_a_work_tree(tree):
    done = tree.commit("one")
    status = tree.status()

    assert (done.files, status.commit, status.branch, status.changes) == (
        1,
        done.commit,
        "main",
        [],
    )
    assert [(row.commit, row.author, row.subject) for row in tree.log(5)] == [
        (done.commit, "Cockpit", "one")
    ]


def test_a_commit_takes_everything_and_a_second_one_nothing(tree, plain):
    tree.commit("one")
    (plain / "a").unlink()
    (plain / "b c\n").write_text("new")

    assert tree.status().changes == [Change("deleted", "a"), Change("untracked", "b c\n")]
    assert tree.commit("two").files == 2
    assert (tree.commit("three").commit, len(tree.log(5))) == ("", 2)


def test_status_names_each_kind_of_change(tree, git, plain):
    for name in ("b", "c", "d"):
        (plain / name).write_text(f"{name} has its own text\n")
    tree.commit("one")
    (plain / "a").write_text("2")
    (plain / "b").unlink()
    git.ask(plain, "mv", "c", "e f")
    (plain / "g").touch()
    git.ask(plain, "add", "g")

    assert {(one.state, one.file) for one in tree.status().changes} == {
        ("changed", "a"),
        ("deleted", "b"),
        ("changed", "e f"),
        ("new", "g"),
    }


@pytest.mark.parametrize("message", ["", "  \n"])
def test_a_commit_needs_a_message(tree, message):
    with pytest.raises(InputError, match="message"):
        tree.commit(message)


def test_a_conflict_is_not_committed(tree, git, plain):
    tree.commit("one")
    git.ask(plain, "checkout", "--quiet", "-b", "side")
    write(git, plain, "side\n")
    git.ask(plain, "checkout", "--quiet", "main")
    write(git, plain, "main\n")
    with pytest.raises(OpsError):
        git.ask(plain, "-c", "user.name=a", "-c", "user.email=b", "merge", "side")

    with pytest.raises(InputError, match="conflicts in a"):
        tree.commit("torn")


def test_a_work_tree_inside_is_not_committed_as_a_number(tree, git, plain):
    tree.commit("one")
    (plain / "lib/x").mkdir(parents=True)
    (plain / "lib/x/file").write_text("x")
    Worktree(git, plain / "lib/x", "x").commit("x")

    with pytest.raises(InputError, match=r"work trees inside it: lib/x/: .*nothing was committed"):
        tree.commit("two")
    (plain / ".gitignore").write_text("/lib/\n")
    assert tree.commit("two").files == 1


def test_without_a_branch_nothing_is_committed(tree, git, plain):
    tree.commit("one")
    git.ask(plain, "checkout", "--quiet", "--detach")

    with pytest.raises(InputError, match="no branch is checked out"):
        tree.commit("lost")


def test_a_pull_goes_forward(git, pair):
    ours, theirs = pair
    tree = Worktree(git, ours, "ours")
    before = tree.status().commit
    write(git, theirs, "2\n")
    after = write(git, theirs, "3\n", push=True)
    moved = tree.pull(told)

    assert (moved.before, moved.after, moved.commits) == (before, after, 2)
    assert (ours / "a").read_text() == "3\n"
    assert tree.pull(told).commits == 0


def test_a_pull_touches_no_uncommitted_change(git, pair):
    ours, theirs = pair
    write(git, theirs, "2\n", push=True)
    (ours / "a").write_text("mine\n")

    with pytest.raises(InputError, match="uncommitted changes in a"):
        Worktree(git, ours, "ours").pull(told)
    assert (ours / "a").read_text() == "mine\n"


def test_a_pull_overwrites_no_file_that_git_does_not_know(git, pair):
    ours, theirs = pair
    write(git, theirs, "theirs\n", "b", push=True)
    (ours / "b").write_text("mine\n")

    with pytest.raises(InputError, match=r"of its own.* b: .*nothing was changed"):
        Worktree(git, ours, "ours").pull(told)
    assert (ours / "b").read_text() == "mine\n"


def test_a_pull_overwrites_no_file_that_git_ignores(git, pair):
    ours, theirs = pair
    write(git, theirs, "*.local\n", ".gitignore", push=True)
    Worktree(git, ours, "ours").pull(told)
    (theirs / "my.local").write_text("theirs\n")
    git.ask(theirs, "add", "--force", "my.local")
    write(git, theirs, "2\n", push=True)
    (ours / "my.local").write_text("mine\n")

    with pytest.raises(InputError, match=r" my\.local: "):
        Worktree(git, ours, "ours").pull(told)
    assert (ours / "my.local").read_text() == "mine\n"


def test_a_file_that_is_in_nobodys_way_does_not_hinder_a_pull(git, pair):
    ours, theirs = pair
    write(git, theirs, "2\n", push=True)
    (ours / "notes").write_text("mine\n")

    assert Worktree(git, ours, "ours").pull(told).commits == 1


def test_a_pull_merges_nothing(git, pair):
    ours, theirs = pair
    write(git, theirs, "2\n", push=True)
    mine = write(git, ours, "mine\n")
    tree = Worktree(git, ours, "ours")

    with pytest.raises(InputError, match=r"1 commits that origin/main lacks.*nothing was changed"):
        tree.pull(told)
    assert (tree.status().commit, (ours / "a").read_text()) == (mine, "mine\n")


def test_commits_are_pushed(git, pair):
    ours, theirs = pair
    mine = write(git, ours, "mine\n")
    tree = Worktree(git, ours, "ours")

    assert tree.status().ahead == 1
    assert (tree.push(told).commits, tree.status().ahead) == (1, 0)
    assert Worktree(git, theirs, "theirs").pull(told).after == mine


def test_a_push_that_would_lose_commits_is_refused(git, pair):
    ours, theirs = pair
    write(git, theirs, "2\n", push=True)
    write(git, ours, "mine\n")

    with pytest.raises(InputError, match="cockpit repo pull ours"):
        Worktree(git, ours, "ours").push(told)


def test_a_branch_without_upstream_gets_one_by_its_first_push(git, tree, plain, tmp_path):
    tree.commit("one")
    git.ask(tmp_path, "init", "--quiet", "--bare", "far.git")
    git.ask(plain, "remote", "add", "origin", f"file://{tmp_path}/far.git")
    tree.push(told)

    assert tree.status().upstream == "origin/main"
    assert tree.pull(told).commits == 0


def test_without_a_remote_there_is_nothing_to_push_to_or_pull_from(tree):
    tree.commit("one")

    with pytest.raises(InputError, match="no remote"):
        tree.push(told)
    with pytest.raises(InputError, match="no upstream"):
        tree.pull(told)


def test_a_directory_that_git_does_not_know_is_not_pulled(tree):
    with pytest.raises(InputError, match="no git work tree"):
        tree.pull(told)


def test_a_remote_is_shown_without_its_password(git, tree, plain):
    tree.commit("one")
    git.ask(plain, "remote", "add", "origin", "https://ann:pw@example.org/x")

    assert tree.status().remote == "https://***@example.org/x"


def test_the_log_is_cut_and_keeps_any_subject(tree, plain):
    for subject in ("one", "two\x1fthree %H ä"):
        (plain / "a").write_text(subject)
        tree.commit(subject)

    assert [row.subject for row in tree.log(1)] == ["two\x1fthree %H ä"]


def test_a_work_tree_without_commits_has_an_empty_log_and_is_not_pushed(tree):
    tree.begin()

    assert tree.log(5) == []
    with pytest.raises(InputError, match="no commits"):
        tree.push(told)
