import pytest

DONE = {"created": [], "updated": [], "unchanged": [], "warnings": []}
LISTS = [
    "service",
    "service list",
    "service tree",
    "run",
    "run list",
    "schedule",
    "job",
    "job list",
]


@pytest.fixture
def inside(home, monkeypatch):
    """Work in a folder of the repository `desk` of the home."""
    folder = home / "repos" / "desk" / "blueprints"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)


@pytest.fixture
def lists(server):
    for path in ("services", "runs", "schedule", "jobs"):
        server.on(f"GET /{path}", [])
    return server


def executed(server, run, repo, *words):
    server.on(f"POST /ays/repository/{repo}/blueprint/-", DONE)
    return run("blueprint", "execute", *words)


@pytest.mark.usefixtures("inside")
def test_the_repository_of_the_working_directory_is_meant(server, run, home):
    assert executed(server, run, "desk", "--home", str(home)).code == 0


@pytest.mark.usefixtures("inside")
def test_a_named_repository_wins(server, run, home):
    assert executed(server, run, "other", "--repo", "other", "--home", str(home)).code == 0


def test_the_only_repository_needs_no_name(server, run):
    server.on("GET /status", {"repos": ["desk"]})

    assert executed(server, run, "desk").code == 0


def test_a_repository_of_the_same_name_elsewhere_is_not_meant(
    server, run, home, tmp_path, monkeypatch
):
    (home / "repos" / "chain").mkdir(parents=True)
    elsewhere = tmp_path / "examples" / "chain"
    elsewhere.mkdir(parents=True)
    (elsewhere / ".ays").touch()
    monkeypatch.chdir(elsewhere)
    server.on("GET /status", {"repos": ["chain", "desk"]})
    ended = run("blueprint", "execute", "--home", str(home))

    assert (ended.code, "known: chain, desk" in ended.err) == (2, True)


@pytest.mark.parametrize(("repos", "text"), [(["a", "b"], "a, b"), ([], "none yet")])
def test_without_a_single_repository_the_known_ones_are_named(server, run, repos, text):
    server.on("GET /status", {"repos": repos})
    ended = run("blueprint", "execute")

    assert (ended.code, text in ended.err) == (2, True)


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("line", LISTS)
def test_lists_are_of_the_repository_of_the_working_directory(lists, run, home, line):
    assert run(*line.split(), "--home", str(home)).code == 0
    assert lists.asked[0].query["repo"] == "desk"


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize("line", [line for line in LISTS if line not in ("service", "run", "job")])
def test_lists_are_of_all_repositories_on_demand(lists, run, home, line):
    assert run(*line.split(), "--all", "--home", str(home)).code == 0
    assert "repo" not in lists.asked[0].query


@pytest.mark.parametrize("line", LISTS)
def test_lists_are_of_all_repositories_outside_of_them(lists, run, line):
    assert run(*line.split()).code == 0
    assert "repo" not in lists.asked[0].query


def test_one_repository_and_all_of_them_cannot_be_meant_at_once(lists, run):
    ended = run("run", "list", "--repo", "desk", "--all")

    assert (ended.code, "which?" in ended.err, lists.asked) == (2, True, [])
