import pytest

ROW = {
    "repo": "desk",
    "state": "held",
    "generation": "8.0",
    "services": 2,
    "problems": 0,
    "path": "/home/repos/desk",
    "conflicts": [],
    "mirror": "",
    "unwritten": [],
}
TREE = {
    "branch": "main",
    "commit": "a" * 40,
    "upstream": "origin/main",
    "ahead": 1,
    "behind": 2,
    "changes": [{"state": "changed", "file": "a.py"}],
    "remote": "",
}
RUNNING = {
    "repo": "desk",
    "what": "clone",
    "state": "running",
    "progress": "Receiving objects: 10%",
    "error": "",
    "is_wrong": False,
    "result": None,
}
MOVED = {"before": "a" * 40, "after": "b" * 40, "commits": 2}


def over(result, **fields):
    return RUNNING | {"state": "ok", "result": result} | fields


@pytest.mark.parametrize("words", [(), ("list",)])
def test_repositories_are_listed_with_what_is_held(server, run, words):
    server.on("GET /repos", [ROW])

    assert "desk  held   8.0  2         0" in run("repo", *words).out


def test_a_repository_is_made(server, run):
    server.on("POST /repos", ROW)

    assert run("repo", "create", "desk").out == "made desk in /home/repos/desk\n"
    assert server.asked[0].fields == {"name": "desk"}


@pytest.mark.parametrize(
    "address",
    ["https://x.org/ann/desk.git", "git@x.org:ann/desk", "x.org:desk.git", "file:///srv/desk/"],
)
def test_a_clone_is_called_as_git_would_and_checked_when_it_is_here(server, run, home, address):
    path = home / "repos" / "desk"
    path.mkdir(parents=True)
    (path / ".ays").touch()
    server.on("POST /repos/desk/clone", RUNNING)
    made = {"repo": "desk", "generation": "8.0", "path": str(path)}
    server.on("GET /repos/desk/transfer", RUNNING, over(made))
    ended = run("repo", "clone", address, "--branch", "side")

    assert server.asked[0].fields == {"url": address, "branch": "side"}
    assert ended.out.splitlines()[:2] == [
        f"cloned desk (AYS 8.0) to {path}",
        "AYS 8.0: 0 errors, 0 warnings",
    ]
    assert "cockpit repo enable desk" in ended.out


def test_a_clone_may_have_another_name_and_is_one_document_for_programs(server, run):
    server.on("POST /repos/mine/clone", RUNNING | {"repo": "mine"})
    server.on("GET /repos/mine/transfer", over({"repo": "mine"}))

    assert run("repo", "clone", "/srv/desk", "mine", "--json").document == {"repo": "mine"}


@pytest.mark.parametrize(("is_wrong", "code"), [(True, 2), (False, 1)])
def test_a_transfer_that_fails_is_one_line(server, run, is_wrong, code):
    server.on("POST /repos/desk/pull", RUNNING)
    failed = over(None, state="error", error="git fetch: no", is_wrong=is_wrong)
    server.on("GET /repos/desk/transfer", failed)
    ended = run("repo", "pull", "desk")

    assert (ended.code, ended.out, ended.err) == (code, "", "git fetch: no\n")


@pytest.mark.parametrize(
    ("what", "result", "text"),
    [
        ("pull", MOVED, "desk: 2 commits, now at bbbbbbbbbb\n"),
        ("pull", MOVED | {"commits": 0}, "desk: nothing new\n"),
        ("push", MOVED, "desk: the other side is at bbbbbbbbbb\n"),
    ],
)
def test_a_transfer_says_what_came_of_it(server, run, what, result, text):
    server.on(f"POST /repos/desk/{what}", RUNNING)
    server.on("GET /repos/desk/transfer", over(result))

    assert run("repo", what, "desk").out == text


def test_a_repository_is_enabled_and_held(server, run):
    server.on("POST /repos/desk/enable", ROW).on("POST /repos/desk/disable", ROW)

    assert run("repo", "enable", "desk").out == "desk is enabled\n"
    assert run("repo", "disable", "desk").out == "desk is held\n"


def test_status_shows_the_work_tree(server, run):
    server.on("GET /repos/desk", ROW | {"tree": TREE})

    assert run("repo", "status", "desk").out.splitlines() == [
        "desk  held, AYS 8.0",
        "  /home/repos/desk",
        "  branch main at aaaaaaaaaa",
        "  origin/main: 1 to push, 2 to pull",
        "  changed  a.py",
    ]


def test_status_of_what_git_does_not_know_says_how_to_begin(server, run):
    server.on("GET /repos/desk", ROW | {"tree": None})

    assert "`cockpit repo commit` begins it" in run("repo", "status", "desk").out


@pytest.mark.parametrize(
    ("done", "text"),
    [
        (
            {"commit": "c" * 40, "files": 3, "warnings": ["a:1: b"]},
            "desk: cccccccccc, 3 files\nwarning: a:1: b\n",
        ),
        ({"commit": "", "files": 0, "warnings": []}, "desk: nothing to commit\n"),
    ],
)
def test_changes_of_the_only_repository_are_committed(server, run, done, text):
    server.on("GET /status", {"repos": ["desk"]}).on("POST /repos/desk/commit", done)

    assert run("repo", "commit", "-m", "mine & yours").out == text
    assert server.asked[-1].fields == {"message": "mine & yours"}


def test_the_log_is_listed_in_short(server, run):
    rows = [{"commit": "c" * 40, "epoch": 1, "author": "Ann", "subject": "one"}]
    server.on("GET /repos/desk/log", rows)

    assert "cccccccccc  1970-01-01" in run("repo", "log", "desk").out
    assert run("repo", "log", "desk", "--json").document == rows


def test_a_repository_is_deleted_by_force(server, run):
    done = {"repo": "desk", "trash": "/home/trash/desk-1", "services": 2, "dropped": ["ab"]}
    server.on("DELETE /repos/desk", done)
    ended = run("repo", "delete", "desk", "--force")

    assert ended.out == (
        "desk is in /home/trash/desk-1 now, its 2 services are gone; 1 jobs were dropped: ab\n"
    )
    assert server.asked[0].query == {"force": "true"}


def test_status_shows_conflicts_and_what_ends_them(server, run):
    conflict = {"service": "a!b", "file": "services/a!b/data.json", "why": "somebody edited it"}
    trouble = "cannot write services/a!b: No space left on device"
    stuck = "a!c: cannot write services/a!c/data.json: File exists"
    told = {"tree": None, "conflicts": [conflict], "mirror": trouble, "unwritten": [stuck]}
    server.on("GET /repos/desk", ROW | told)

    assert run("repo", "status", "desk").out.splitlines()[2:6] == [
        f"  services/ cannot be written: {trouble}",
        f"  unwritten {stuck}",
        "  conflict  services/a!b/data.json: somebody edited it",
        "  `cockpit repo resolve desk --disk` or `--redis` ends conflicts",
    ]


def test_services_come_back_from_their_files(server, run):
    restored = {"repo": "desk", "restored": ["a!b"], "there": ["a!c", "a!d"], "problems": []}
    server.on("POST /repos/desk/restore", restored)

    assert run("repo", "restore", "desk").out.splitlines() == [
        "restored  a!b",
        "desk: 1 services came back; 2 were there already",
    ]


def test_services_that_do_not_come_back_are_told(server, run):
    wrong = "services/a!c: unknown template 'b'"
    restored = {"repo": "desk", "restored": ["a!b"], "there": [], "problems": [wrong]}
    server.on("POST /repos/desk/restore", restored)

    ended = run("repo", "restore", "desk")
    assert (ended.code, ended.out.splitlines()[1:]) == (1, [wrong, "desk: 1 services came back"])


def test_status_does_not_list_every_file(server, run):
    changes = [{"state": "untracked", "file": f"f{n}"} for n in range(12)]
    server.on("GET /repos/desk", ROW | {"tree": TREE | {"changes": changes}})

    assert run("repo", "status", "desk").out.splitlines()[-2:] == [
        "  untracked  f9",
        "  … and 2 more: `git -C /home/repos/desk status`",
    ]


def test_a_conflict_is_resolved_one_way_or_the_other(server, run):
    done = {"repo": "desk", "side": "disk", "services": ["a!b"]}
    server.on("POST /repos/desk/resolve", done)

    ended = run("repo", "resolve", "desk", "--service", "a!b", "--disk")
    assert ended.out == "resolved  a!b  (disk counts)\n"
    assert server.asked[0].fields == {"side": "disk", "service": "a!b"}
    for words in ([], ["--disk", "--redis"]):
        ended = run("repo", "resolve", "desk", *words)
        assert (ended.code, "which side counts" in ended.err) == (2, True)


def test_conflicts_of_the_repository_around_are_resolved(server, run, home, monkeypatch):
    (home / "repos" / "desk" / "services").mkdir(parents=True)
    monkeypatch.chdir(home / "repos" / "desk" / "services")
    server.on("POST /repos/desk/resolve", {"repo": "desk", "side": "redis", "services": []})

    ended = run("repo", "resolve", "--redis", "--home", str(home))
    assert ended.out == "desk: no conflicts\n"
    assert server.asked[0].fields == {"side": "redis"}
