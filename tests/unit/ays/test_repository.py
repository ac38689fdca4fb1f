import os
from pathlib import Path

import pytest

from cockpit.ays.plan import plan
from cockpit.ays.repository import (
    Repository,
    discover,
    enabled_name,
    inside,
    is_repository,
    misplaced,
)
from cockpit.errors import InputError

EXAMPLES = Path(__file__).parents[3] / "examples"


def a_repository(path, **files):
    path.mkdir(parents=True, exist_ok=True)
    (path / ".ays").touch()
    for place, text in files.items():
        write(path / place, text)
    return Repository(path)


def write(path, text=""):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_repository_is_a_directory_with_the_marker(tmp_path):
    a_repository(tmp_path / "yes")
    (tmp_path / "no").mkdir()

    assert is_repository(tmp_path / "yes")
    assert not is_repository(tmp_path / "no")
    assert [one.name for one in discover(tmp_path)] == ["yes"]
    assert discover(tmp_path / "missing") == []


def test_what_is_called_otherwise_is_told_as_text(tmp_path):
    for name in (b"bad\xffname", b"a b", b"_x", b".hidden"):
        a_repository(Path(os.fsdecode(bytes(tmp_path) + b"/" + name)))

    assert discover(tmp_path) == []
    told = misplaced(tmp_path)
    assert [one.partition(":")[0] for one in told] == ["_x", "a b", "bad\ufffdname"]
    assert misplaced(tmp_path / "missing") == []


def test_files_whose_names_are_no_text_are_told_or_left_out(tmp_path):
    repository = a_repository(tmp_path)
    place = os.fsdecode(b"servicetemplates/bad\xff/actions.py")
    write(tmp_path / place)
    (tmp_path / "blueprints").mkdir(exist_ok=True)
    (tmp_path / os.fsdecode(b"blueprints/b\xff.yaml")).write_text("")

    assert repository.all_blueprints() == []
    first, second = repository.problems
    assert first.startswith("servicetemplates/bad\ufffd: ")
    assert second == "blueprints/b\ufffd.yaml: its name is no UTF-8, so it is left out"


def test_templates_are_found_where_every_generation_has_them(tmp_path):
    repository = a_repository(tmp_path)
    for place in (
        "servicetemplates/a/schema.hrd",
        "actortemplates/b/actions.py",
        "actorTemplates/c/actor.hrd",
        "servicetemplates/_group/d.big/service.hrd",
        "servicetemplates/group/e/service.hrd",
        "servicetemplates/_off/service.hrd",
        "servicetemplates/.git/f/service.hrd",
        "servicetemplates/nothing/readme.txt",
        "servicetemplates/service.hrd",
    ):
        write(tmp_path / place)

    assert sorted(repository.templates()) == ["a", "b", "c", "d.big", "e"]
    assert repository.problems == []


def test_broken_template_does_not_stop_the_others(tmp_path):
    repository = a_repository(tmp_path)
    write(tmp_path / "servicetemplates/bad/schema.hrd", "x = type:nope\ny")
    write(tmp_path / "servicetemplates/good/service.hrd", "events.eco = log")

    assert list(repository.templates()) == ["good"]
    assert [problem.split(": ")[0] for problem in repository.problems] == [
        "servicetemplates/bad/schema.hrd:1",
        "servicetemplates/bad/schema.hrd:2",
    ]


def test_second_template_of_a_name_is_a_problem(tmp_path):
    repository = a_repository(tmp_path)
    write(tmp_path / "servicetemplates/_x/a/service.hrd", "events.eco = one")
    write(tmp_path / "servicetemplates/_y/a/service.hrd", "events.eco = two")

    assert repository.templates()["a"].subscriptions["eco"][0].action == "one"
    assert repository.problems == [
        "servicetemplates/_y/a: ignored, servicetemplates/_x/a has the same name"
    ]


def test_blueprints_are_sorted_and_disabled_ones_left_out(tmp_path):
    repository = a_repository(tmp_path)
    for name in ("2_b.yaml", "1_a", "_3.yaml", "4__archive.yaml", "5.yaml__archive", ".x", "6~"):
        write(tmp_path / "blueprints" / name)

    assert [path.name for path in repository.blueprints()] == ["1_a", "2_b.yaml"]


def test_all_blueprints_are_read_in_order_or_one_by_name(tmp_path):
    repository = a_repository(tmp_path)
    write(tmp_path / "blueprints/2.yaml", "b__1:\nactions:\n  - action: install\n")
    write(tmp_path / "blueprints/1.yaml", "a__1:")
    write(tmp_path / "blueprints/_off.yaml", "c__1:")

    assert [one.where for one in repository.read_blueprints().stanzas] == ["1.yaml:1", "2.yaml:1"]
    assert [one.place for one in repository.read_blueprints().orders] == ["2.yaml:3"]
    assert repository.read_blueprints("_off.yaml").stanzas[0].template == "c"


def test_problems_of_all_blueprints_come_at_once(tmp_path):
    repository = a_repository(tmp_path)
    write(tmp_path / "blueprints/1.yaml", "x:")
    write(tmp_path / "blueprints/2.yaml", "a__1:\n y:")
    write(tmp_path / "blueprints/3.yaml", "- z")
    with pytest.raises(InputError) as caught:
        repository.read_blueprints()

    assert [one.split(": ")[0] for one in str(caught.value).split("\n")] == ["1.yaml:1", "3.yaml:1"]


@pytest.mark.parametrize("name", ["2.yaml", "../.ays", "..", ""])
def test_only_a_listed_blueprint_can_be_named(tmp_path, name):
    repository = a_repository(tmp_path)
    write(tmp_path / "blueprints/1.yaml")
    with pytest.raises(InputError, match="no blueprint"):
        repository.read_blueprints(name)


@pytest.mark.parametrize(
    "place",
    [
        "servicetemplates/a/service.hrd",
        "servicetemplates/a/schema.hrd",
        "servicetemplates/a/actions.py",
        "servicetemplates/new/actions.py",
        "blueprints/1.yaml",
    ],
)
def test_fingerprint_sees_every_edit(tmp_path, place):
    repository = a_repository(tmp_path)
    write(tmp_path / "servicetemplates/a/service.hrd", "events.eco = log")
    before = repository.fingerprint()

    assert repository.fingerprint() == before
    write(tmp_path / place, "x = 1")
    assert repository.fingerprint() != before
    (tmp_path / place).unlink()
    assert place not in str(repository.fingerprint())


def test_saved_file_counts_and_untouched_template_is_not_read_again(tmp_path):
    repository = a_repository(tmp_path)
    for name in ("a", "b"):
        write(tmp_path / f"servicetemplates/{name}/service.hrd", "events.eco = one")
    first = repository.templates()
    path = tmp_path / "servicetemplates/a/service.hrd"
    write(path, "events.eco = two")
    os.utime(path, ns=(1, 1))
    second = repository.templates()

    assert second["a"].subscriptions["eco"][0].action == "two"
    assert second["b"] is first["b"]


def test_repository_without_anything_is_empty(tmp_path):
    repository = a_repository(tmp_path)

    assert repository.templates() == {}
    assert repository.blueprints() == []
    assert repository.fingerprint() == ()


def test_helpdesk_example_plans_its_services_without_a_word_of_warning():
    repository = Repository(EXAMPLES / "helpdesk")
    read = repository.read_blueprints()
    made = plan(read.stanzas, repository.templates(), {}, repo=repository.name)

    assert [record.key for record in made.created] == ["helpdesk!main", "alarmcount!main"]
    assert made.created[0].data == {"oncall": "oncall", "tickets": 0, "most": 100}
    assert repository.problems == read.warnings == made.warnings == []


def test_a_template_without_its_own_service_hrd_has_that_of_its_role(tmp_path):
    repository = a_repository(tmp_path)
    for name in ("node", "node.a", "node.b"):
        write(tmp_path / f"servicetemplates/{name}/schema.hrd", "x = type:str\n")
    write(tmp_path / "servicetemplates/node/service.hrd", "events.eco = act\nrecurring.act = 1m\n")
    write(tmp_path / "servicetemplates/node.b/service.hrd", "events.alarm = act\n")
    found = repository.templates()

    assert list(found["node.a"].subscriptions) == ["eco"]
    assert found["node.a"].recurring == found["node"].recurring
    assert list(found["node.b"].subscriptions) == ["alarm"]
    assert found["node.b"].recurring == {}


OUTSIDE = "a link that leads out of the repository is not followed"


@pytest.fixture
def secret(tmp_path):
    """Give a file that stands in no repository."""
    path = tmp_path / "outside" / "shadow"
    write(path, "root:$6$hash\n")
    return path


def test_a_blueprint_that_links_out_of_the_repository_is_not_read(tmp_path, secret):
    repository = a_repository(tmp_path / "r", **{"blueprints/1.yaml": "a__b:\n"})
    (tmp_path / "r/blueprints/2.yaml").symlink_to(secret)

    assert repository.collect_blueprints().problems == [f"2.yaml:1: {OUTSIDE}"]
    with pytest.raises(InputError, match=f"^2.yaml:1: {OUTSIDE}$"):
        repository.read_blueprints("2.yaml")


def test_a_folder_of_blueprints_outside_is_not_read(tmp_path, secret):
    repository = a_repository(tmp_path / "r")
    (tmp_path / "r/blueprints").symlink_to(secret.parent)

    assert repository.all_blueprints() == []
    for name in ("-", "shadow"):
        assert repository.collect_blueprints(name).problems == [f"blueprints:1: {OUTSIDE}"]
    assert repository.problems == [f"blueprints:1: {OUTSIDE}"]


@pytest.mark.parametrize("name", ["service.hrd", "schema.hrd", "actions.py"])
def test_a_template_that_links_out_of_the_repository_is_not_read(tmp_path, secret, name):
    repository = a_repository(tmp_path / "r", **{"servicetemplates/good/schema.hrd": ""})
    (tmp_path / "r/servicetemplates/bad").mkdir()
    (tmp_path / "r/servicetemplates/bad" / name).symlink_to(secret)

    assert list(repository.templates()) == ["good"]
    assert repository.problems == [f"servicetemplates/bad/{name}:1: {OUTSIDE}"]


def test_templates_in_a_folder_outside_are_not_read(tmp_path):
    repository = a_repository(tmp_path / "r")
    write(tmp_path / "outside/t/schema.hrd")
    (tmp_path / "r/servicetemplates").symlink_to(tmp_path / "outside")

    assert repository.templates() == {}
    assert repository.problems == [f"servicetemplates:1: {OUTSIDE}"]


def test_a_link_within_the_repository_is_followed(tmp_path):
    repository = a_repository(tmp_path / "r", **{"servicetemplates/a/schema.hrd": "x = type:int"})
    write(tmp_path / "r/blueprints/one", "a__b:\n")
    (tmp_path / "r/blueprints/2.yaml").symlink_to("one")
    (tmp_path / "r/servicetemplates/b").mkdir()
    (tmp_path / "r/servicetemplates/b/schema.hrd").symlink_to("../a/schema.hrd")

    assert list(repository.templates()["b"].schema.fields) == ["x"]
    assert repository.collect_blueprints("2.yaml").problems == []


def test_a_link_to_itself_is_a_problem_of_its_template_alone(tmp_path):
    repository = a_repository(tmp_path, **{"servicetemplates/good/schema.hrd": ""})
    (tmp_path / "servicetemplates/bad").mkdir()
    (tmp_path / "servicetemplates/bad/schema.hrd").symlink_to("schema.hrd")
    before = repository.fingerprint()

    assert list(repository.templates()) == ["good"]
    assert repository.problems == [
        "servicetemplates/bad/schema.hrd:1: it cannot be read: Too many levels of symbolic links"
    ]
    (tmp_path / "servicetemplates/bad/schema.hrd").unlink()
    write(tmp_path / "servicetemplates/bad/schema.hrd")
    assert repository.fingerprint() != before
    assert list(repository.templates()) == ["bad", "good"]


def test_a_blueprint_that_is_a_link_to_itself_is_told(tmp_path):
    repository = a_repository(tmp_path, **{"blueprints/1.yaml": "a__b:\n"})
    (tmp_path / "blueprints/2.yaml").symlink_to("2.yaml")
    repository.fingerprint()

    (problem,) = repository.collect_blueprints().problems
    assert problem == "2.yaml:1: it cannot be read: Too many levels of symbolic links"


@pytest.mark.parametrize(
    ("files", "counts"),
    [
        ({"actorTemplates/a/": ""}, "actor.hrd"),
        ({"servicetemplates/a/": ""}, "service.hrd"),
        ({"actorTemplates/a/": "", ".ays": "cockpit\n"}, "service.hrd"),
    ],
)
def test_of_two_files_of_lines_that_of_the_generation_counts(tmp_path, files, counts):
    place, *_ = files
    lines = {f"{place}{name}": "events.eco = act" for name in ("service.hrd", "actor.hrd")}
    made = a_repository(tmp_path, **lines)
    write(tmp_path / ".ays", files.get(".ays", ""))

    (one,) = made.templates()["a"].subscriptions["eco"]
    assert one.source == f"{place}{counts}:1"


def test_actions_that_are_no_python_are_a_problem_while_the_template_is_there(tmp_path):
    repository = a_repository(tmp_path, **{"servicetemplates/a/actions.py": "def act(event)\n"})

    assert repository.templates()["a"].has("whatever")
    assert repository.problems == ["servicetemplates/a/actions.py:1: expected ':'"]


@pytest.mark.parametrize(("mark", "problems"), [("", 0), ("cockpit\n", 2)])
def test_blueprints_are_read_as_their_generation_has_them(tmp_path, mark, problems):
    repository = a_repository(tmp_path, **{"blueprints/1.yaml": "a__1:\n\tx: 1\n"})
    write(tmp_path / "blueprints/2.yaml", "a__1:\na__1:\n")
    write(tmp_path / ".ays", mark)

    assert len(repository.collect_blueprints().problems) == problems


def test_repositories_inside_a_directory_are_named(tmp_path):
    for place in ("a/sub80/.ays", "b/.ays", ".git/x/.ays", ".ays"):
        write(tmp_path / place)

    assert inside(tmp_path) == ["a/sub80", "b"]


@pytest.mark.parametrize(
    ("name", "enabled"),
    [
        ("a.yaml", "a.yaml"),
        ("_a.yaml", "a.yaml"),
        ("__a", "a"),
        ("a__archive.yaml", "a.yaml"),
        ("_a.yaml__archive", "a.yaml"),
        ("a_b.yaml", "a_b.yaml"),
        ("_", ""),
    ],
)
def test_a_blueprint_has_a_name_once_it_is_enabled(name, enabled):
    assert enabled_name(name) == enabled
