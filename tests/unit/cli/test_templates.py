import pytest

from builders import a_repository

FILES = {
    "service.hrd": (
        "events.email = notify\nevents.email.where = true\nrecurring.notify = 1m\nevents.emai = x\n"
    ),
    "schema.hrd": "size = type:int\n",
    "actions.py": "def notify(event):\n    pass\n",
}


@pytest.fixture
def repo(tmp_path):
    return a_repository(tmp_path, {"desk": FILES, "bad": {"schema.hrd": "x = type:nothing\n"}})


@pytest.mark.parametrize("words", [(), ("list",)])
def test_templates_are_listed_with_what_cannot_be_read(run, repo, monkeypatch, words):
    monkeypatch.chdir(repo / "blueprints")
    out = run("template", *words).out

    assert "desk  desk          email: notify  1" in out
    assert "servicetemplates/bad/schema.hrd:1" in out


def test_a_list_for_programs_has_problems_beside(run, repo):
    found = run("template", "list", "--path", str(repo), "--json").document

    assert [one["name"] for one in found["templates"]] == ["desk"]
    assert len(found["problems"]) == 1


def test_a_template_is_shown(run, repo):
    out = run("template", "show", "desk", "--path", str(repo)).out

    for line in ("on email: notify", "email only where true", "every 60 s: notify", "fields: size"):
        assert f"  {line}\n" in out
    assert "refused servicetemplates/desk/service.hrd:4: unknown event type emai" in out


def test_a_template_that_cannot_be_read_says_why(run, repo):
    ended = run("template", "show", "bad", "--path", str(repo))

    assert (ended.code, "bad/schema.hrd:1" in ended.err) == (1, True)


def test_a_slip_is_told_the_nearest_name(run, repo):
    ended = run("template", "show", "dsk", "--path", str(repo))

    assert (ended.code, ended.err) == (1, "there is no template dsk (did you mean desk?)\n")


def test_a_new_template_is_written_and_never_overwritten(run, repo):
    first = run("template", "new", "mine", "--event", "alarm", "--path", str(repo))
    second = run("template", "new", "mine", "--path", str(repo))

    assert "test it with: cockpit template test mine" in first.out
    folder = repo / "servicetemplates" / "mine"
    assert (folder / "service.hrd").read_text().endswith("events.alarm = handle\n")
    assert (second.code, "is there already" in second.err) == (2, True)


def test_the_only_repository_of_the_home_is_meant(run, tmp_path, monkeypatch):
    home = tmp_path / "home"
    a_repository(home / "repos", {"desk": FILES})
    monkeypatch.chdir(tmp_path)

    assert "desk  desk" in run("template", "--home", str(home)).out


@pytest.mark.parametrize(("words", "text"), [((), "the home has none"), (("x",), "no repository")])
def test_without_a_repository_it_is_said(run, tmp_path, monkeypatch, words, text):
    monkeypatch.chdir(tmp_path)
    path = ("--path", str(tmp_path)) if words else ()

    assert text in run("template", "list", *path, "--home", str(tmp_path / "home")).err


def test_a_template_without_tests_says_how_to_get_one(run, repo):
    ended = run("template", "test", "desk", "--path", str(repo))

    assert (ended.code, "has no test_*.py" in ended.err) == (2, True)


@pytest.mark.parametrize("words", [("list",), ("show", "desk"), ("new", "mine")])
def test_a_repository_of_the_home_is_meant_by_its_name(run, tmp_path, words):
    a_repository(tmp_path / "home" / "repos", {"desk": FILES}, name="one")
    a_repository(tmp_path / "home" / "repos", {}, name="two")
    ended = run("template", *words, "--repo", "one", "--home", str(tmp_path / "home"))
    wrong = run("template", *words, "--repo", "on", "--home", str(tmp_path / "home"))

    assert (ended.code, words[-1] in ended.out or words == ("list",)) == (0, True)
    assert (wrong.code, "no repository on (did you mean one?)" in wrong.err) == (2, True)


def test_actions_that_cannot_be_read_count_as_refused(run, repo):
    (repo / "servicetemplates/desk/actions.py").write_text("def notify(event)\n")
    words = ("desk", "--path", str(repo))

    assert (
        "refused servicetemplates/desk/actions.py:1: expected ':'"
        in run("template", "show", *words).out
    )
    (row,) = run("template", "list", "--path", str(repo), "--json").document["templates"]
    assert [one["line"].rpartition("/")[2] for one in row["refused"]] == [
        "service.hrd:4",
        "actions.py:1",
    ]
