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
    server.on("GET /ays/repository/desk/blueprint", [{"name": "1_a.yaml", "archived": False}])
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


ONE = {"name": "1.yaml", "content": "desk__a:\n", "path": "/h/repos/desk/blueprints/1.yaml"}
AT = "/ays/repository/desk/blueprint"


def test_one_is_shown_as_it_is_written(server, run):
    server.on(f"GET {AT}/1.yaml", ONE)

    assert run("blueprint", "show", "1.yaml", "--repo", "desk").out == ONE["content"]


def test_one_is_written_from_a_file(server, run, tmp_path):
    server.on(f"POST {AT}", ONE, status=201)
    (tmp_path / "new").write_text(ONE["content"])
    ended = run("blueprint", "create", "1.yaml", "new", "--repo", "desk")

    assert ended.out == f"wrote {ONE['path']}\n"
    assert server.asked[-1].fields == {"name": "1.yaml", "content": ONE["content"]}


@pytest.mark.parametrize(
    ("octets", "code", "why"), [(b"\xff", 2, "no UTF-8"), (None, 1, "No such file")]
)
def test_a_file_that_cannot_be_read_is_not_sent(server, run, tmp_path, octets, code, why):
    if octets:
        (tmp_path / "new").write_bytes(octets)
    ended = run("blueprint", "create", "1.yaml", "new", "--repo", "desk")

    assert (ended.code, why in ended.err) == (code, True)
    assert server.asked == []


@pytest.mark.parametrize(
    ("command", "name", "said"),
    [("archive", "_1.yaml", "not executed"), ("restore", "1.yaml", "and executed")],
)
def test_one_is_archived_and_restored(server, run, command, name, said):
    server.on(f"PUT {AT}/1.yaml/{command}", ONE | {"name": name})
    out = run("blueprint", command, "1.yaml", "--repo", "desk").out

    assert (f"it is {name} now" in out, said in out) == (True, True)


def test_one_is_deleted(server, run):
    server.on(f"DELETE {AT}/1.yaml", None)

    assert "in the trash" in run("blueprint", "delete", "1.yaml", "--repo", "desk").out
