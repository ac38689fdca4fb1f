import os
import stat

import pytest

from cockpit.errors import InputError, OpsError
from cockpit.robot.git import Git, check_address, check_branch, masked


@pytest.fixture(autouse=True)
def _nobody(monkeypatch, tmp_path):
    """Run as somebody who never told git a name."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")


@pytest.fixture
def git(tmp_path):
    return Git(tmp_path)


@pytest.fixture
def tree(tmp_path, git):
    path = tmp_path / "tree"
    path.mkdir()
    git.ask(path, "init", "--quiet", "--initial-branch=main")
    (path / "a").write_text("1")
    git.ask(path, "add", "--all")
    return path


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_commit_of_nobody_is_of_cockpit(git, tree):
    git.commit(tree, "-m is no option here")
    said = git.ask(tree, "log", "--format=%an <%ae> %cn %s")

    assert said == "Cockpit <cockpit@localhost> Cockpit -m is no option here"


def test_a_commit_of_somebody_is_theirs(git, tree, tmp_path):
    (tmp_path / "gitconfig").write_text("[user]\nname = Ann\nemail = ann@example.org\n")
    git.commit(tree, "x")

    assert git.ask(tree, "log", "--format=%an <%ae>") == "Ann <ann@example.org>"


def test_hooks_do_not_run(git, tree, tmp_path):
    for name in ("pre-commit", "commit-msg", "post-commit", "post-index-change"):
        script(tree / ".git" / "hooks" / name, f"touch {tmp_path}/ran")
    git.commit(tree, "x")

    assert not (tmp_path / "ran").exists()


def test_a_file_monitor_of_the_repository_does_not_run(git, tree, tmp_path):
    program = script(tmp_path / "monitor", f"touch {tmp_path}/ran")
    git.ask(tree, "config", "core.fsmonitor", str(program))
    git.ask(tree, "status")

    assert not (tmp_path / "ran").exists()


def test_the_repository_around_ours_is_not_touched(git, tmp_path):
    outer = Git(tmp_path.parent)
    outer.ask(tmp_path, "init", "--quiet")
    inner = tmp_path / "plain"
    inner.mkdir()

    with pytest.raises(OpsError, match="not a git repository"):
        git.ask(inner, "status")


def test_variables_of_the_caller_choose_no_other_repository(git, tree, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))

    assert git.ask(tree, "diff", "--cached", "--name-only") == "a"


def test_transports_that_run_programs_are_refused(git, tmp_path):
    address = f"ext::sh -c touch% {tmp_path}/ran"

    with pytest.raises(OpsError, match="transport 'ext' not allowed"):
        git.ask(tmp_path, "clone", "--", address, "x")
    assert not (tmp_path / "ran").exists()


def test_a_failure_is_told_in_gits_own_words(git, tree):
    with pytest.raises(OpsError, match=r"^git checkout: pathspec 'nothing' did not match"):
        git.ask(tree, "checkout", "nothing")


def test_a_repository_without_git_is_told_by_package(git, tree, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(OpsError, match="apt-get install git"):
        git.ask(tree, "status")


def test_a_directory_that_is_gone_is_trouble(git, tmp_path):
    with pytest.raises(OpsError, match="gone"):
        git.ask(tmp_path / "gone", "status")


def test_what_takes_too_long_is_ended_with_its_children(git, tree, monkeypatch, tmp_path):
    os.mkfifo(tmp_path / "lock")
    script(tmp_path / "bin" / "git", f"echo $$ > {tmp_path}/pid; cat {tmp_path}/lock")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")

    with pytest.raises(OpsError, match=r"took longer than 0\.5 s"):
        git.ask(tree, "status", timeout_s=0.5)
    pid = int((tmp_path / "pid").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_progress_is_told_line_by_line_without_passwords(git, tree, monkeypatch, tmp_path):
    script(tmp_path / "bin" / "git", r"printf '1%%\r2%%\rhttps://a:b@c/d\n' >&2; echo out")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin:{os.environ['PATH']}")
    told = []

    assert git.ask(tree, "fetch", tell=told.append) == "out"
    assert told == ["1%", "2%", "https://***@c/d"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a/b.git",
        "http://ann:pw@example.org:8080/b",
        "ssh://git@example.org/b",
        "git@example.org:a/b.git",
        "example.org:b",
        "git://example.org/b",
        "file:///srv/b",
        "/srv/b",
    ],
)
def test_usual_addresses_are_taken(url):
    assert check_address(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "-x",
        "--upload-pack=touch x",
        "ext::sh -c x",
        "ext::x",
        "fd::7",
        "-oProxyCommand=x@host:b",
        "-host:b",
        "foo://x",
        "relative/path",
        "../x",
        "https://a\nb",
        "https://a b",
        "https:// ",
        "/a\x1b[0m",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(InputError, match="no address"):
        check_address(url)


@pytest.mark.parametrize("name", ["", "main", "v1.2", "feature/a-b", "ann@x"])
def test_usual_branches_are_taken(name):
    assert check_branch(name) is None


@pytest.mark.parametrize("name", ["-x", "--upload-pack=x", "a b", "a\n", "@{-1}", "a:b"])
def test_other_branches_are_refused(name):
    with pytest.raises(InputError, match="branch"):
        check_branch(name)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("see https://a:b@c/d now", "see https://***@c/d now"),
        ("https://token@c/d", "https://***@c/d"),
        ("https://a:p@ss@c/d", "https://***@c/d"),
        ("ssh://git@c/d and https://c/d@e", "ssh://git@c/d and https://c/d@e"),
    ],
)
def test_passwords_are_masked(text, wanted):
    assert masked(text) == wanted
