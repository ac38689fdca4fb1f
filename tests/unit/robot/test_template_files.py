import hashlib

import pytest

import builders
from builders import a_repository
from cockpit.errors import ConflictError, ContentError, InputError
from cockpit.robot import Catalog, SoleWriter, TemplateFiles

ACT = {"actions.py": "def act():\n    pass\n", "service.hrd": "events.alarm = act\n"}
SOUND = {"schema.hrd": "a = type:str\n"}


@pytest.fixture
def repos(tmp_path):
    a_repository(tmp_path / "repos", {"desk": ACT})
    return tmp_path / "repos"


@pytest.fixture
def worktrees(pipe, repos):
    return builders.worktrees(pipe, Catalog(pipe, repos), repos)


@pytest.fixture
def files(pipe, repos, worktrees):
    catalog, writer = Catalog(pipe, repos), SoleWriter(pipe, "rack-test")
    return TemplateFiles(catalog, worktrees.path, repos.parent / "trash", writer=writer)


def names(repos):
    return sorted(path.name for path in (repos / "desk" / "servicetemplates").iterdir())


def test_a_template_is_shown_with_its_files_and_their_digests(files):
    (found,) = files.all("desk")

    assert found == files.get("desk", "desk")
    assert (found.actions_py, found.service_hrd) == (ACT["actions.py"], ACT["service.hrd"])
    assert found.schema_hrd == ""
    assert found.source == hashlib.sha256(ACT["actions.py"].encode()).hexdigest()
    assert files.actions("desk", found.source) == ACT["actions.py"]


def test_what_is_not_there_is_refused_by_name(files):
    with pytest.raises(InputError, match=r"no template dsk \(did you mean desk\?\)"):
        files.get("desk", "dsk")
    with pytest.raises(InputError, match="known: desk"):
        files.all("dsk")
    with pytest.raises(InputError, match="no template has actions"):
        files.actions("desk", "0" * 64)


def test_a_held_repository_shows_its_own(files, worktrees):
    worktrees.disable("desk")

    assert [one.name for one in files.all("desk")] == ["desk"]


def test_a_new_one_is_there_whole_and_leaves_nothing_beside_it(files, repos):
    made = files.create("desk", "node.x", SOUND)

    assert (made.name, made.schema_hrd) == ("node.x", SOUND["schema.hrd"])
    assert names(repos) == ["desk", "node.x"]
    assert list((repos / ".drafts").iterdir()) == []


def test_it_goes_where_the_repository_has_its_templates(files, repos):
    (repos / "desk" / "servicetemplates").rename(repos / "desk" / "actorTemplates")
    files.create("desk", "node", SOUND)

    assert (repos / "desk" / "actorTemplates" / "node" / "schema.hrd").is_file()
    assert not (repos / "desk" / "servicetemplates").exists()


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", ".x", "_x", "x\n", "a__b"])
def test_a_name_never_leaves_the_folder(files, repos, name):
    with pytest.raises(InputError, match="name"):
        files.create("desk", name, SOUND)

    assert names(repos) == ["desk"]


def test_one_that_is_there_elsewhere_in_the_repository_is_taken(files, repos):
    old = repos / "desk/servicetemplates/_old/mail"
    old.mkdir(parents=True)
    (old / "schema.hrd").touch()

    with pytest.raises(ConflictError, match="mail already"):
        files.create("desk", "mail", SOUND)


def test_all_mistakes_are_told_and_nothing_is_written(files, repos):
    wrong = {"service.hrd": "events.emai = a\nevents.alarm = b\n", "actions.py": "def a():\n  1\n"}
    with pytest.raises(ContentError) as refused:
        files.create("desk", "mail", wrong)

    lines = str(refused.value).split("\n")
    assert [line.partition(": ")[0] for line in lines] == [
        "servicetemplates/mail/service.hrd:1",
        "servicetemplates/mail/service.hrd:2",
    ]
    assert names(repos) == ["desk"]


def test_lines_for_those_that_inherit_them_need_no_actions(files):
    assert files.create("desk", "node", {"service.hrd": "events.email = act\n"}).name == "node"


def test_nothing_is_written_into_a_folder_that_leads_out(files, repos, tmp_path):
    (repos / "desk" / "servicetemplates").rename(tmp_path / "far")
    (repos / "desk" / "servicetemplates").symlink_to(tmp_path / "far")

    with pytest.raises(InputError, match="leads out"):
        files.create("desk", "mail", SOUND)
    assert [path.name for path in (tmp_path / "far").iterdir()] == ["desk"]
