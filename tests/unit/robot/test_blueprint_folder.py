import pytest

import builders
from builders import a_repository
from cockpit.errors import ConflictError, ContentError, InputError, OpsError
from cockpit.robot import BlueprintFiles, Catalog, SoleWriter

ACT = {"actions.py": "def act():\n    pass\n"}
OUTSIDE = "a link that leads out"


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def disk(home):
    return a_repository(home / "repos", {"desk": ACT}) / "blueprints"


@pytest.fixture
def catalog(pipe, disk):
    return Catalog(pipe, disk.parents[1])


@pytest.fixture
def folder(pipe, catalog, home):
    writer = SoleWriter(pipe, "rack-test")
    worktrees = builders.worktrees(pipe, catalog, home / "repos", writer=writer)
    return BlueprintFiles(catalog, worktrees.path, home / "trash", writer=writer).of("desk")


def names(disk):
    return sorted(path.name for path in disk.iterdir())


@pytest.mark.parametrize("name", ["", "-", ".", "..", "../x", "a/b", ".x", "x\n", "_x", "x" * 65])
def test_a_name_never_leaves_the_folder(folder, disk, name):
    with pytest.raises(InputError, match="name: "):
        folder.create(name, "desk__a:\n")

    assert names(disk) == ["1_main.yaml"]


def test_a_file_has_the_very_content_and_can_be_read_by_others(folder, disk):
    text = "# ä\r\ndesk__a:\r\n"
    made = folder.create("2.yaml", text)

    assert made == folder.get("2.yaml")
    assert (disk / "2.yaml").read_bytes() == text.encode() == made.content.encode()
    assert (disk / "2.yaml").stat().st_mode & 0o777 == 0o644


def test_what_is_no_blueprint_overwrites_nothing(folder, disk):
    known = folder.get("1_main.yaml")
    with pytest.raises(ContentError, match=r"1_main\.yaml:1: desk is no TEMPLATE__INSTANCE"):
        folder.update(known, "desk:\n")

    assert (disk / "1_main.yaml").read_text() == known.content
    assert names(disk) == ["1_main.yaml"]


def test_what_somebody_saved_meanwhile_is_not_overwritten(folder, disk):
    known = folder.get("1_main.yaml")
    (disk / "1_main.yaml").write_text("desk__theirs:\n")
    with pytest.raises(ConflictError, match="changed meanwhile"):
        folder.update(known, "desk__ours:\n")

    assert (disk / "1_main.yaml").read_text() == "desk__theirs:\n"
    assert names(disk) == ["1_main.yaml"]


@pytest.mark.parametrize("target", ["/etc/hostname", "../../../../far"])
def test_nothing_is_read_through_a_link_that_leads_out(folder, disk, home, target):
    (home.parent / "far").write_text("secret")
    (disk / "2.yaml").symlink_to(target)

    assert [one.content for one in folder.all() if one.name == "2.yaml"] == [""]
    with pytest.raises(InputError, match=OUTSIDE):
        folder.get("2.yaml")


def test_nothing_is_written_through_a_link(folder, disk):
    (disk / "2.yaml").symlink_to("1_main.yaml")
    known = folder.get("2.yaml")

    for change in (
        lambda: folder.update(known, "desk__x:\n"),
        lambda: folder.archive(known),
        lambda: folder.remove(known),
    ):
        with pytest.raises(InputError, match="is a link"):
            change()
    assert (disk / "2.yaml").is_symlink()


def test_nothing_is_written_into_a_folder_that_leads_out(folder, disk, home):
    disk.rename(home / "far")
    disk.symlink_to(home / "far")

    assert folder.all() == []
    with pytest.raises(InputError, match=OUTSIDE):
        folder.create("2.yaml", "desk__a:\n")
    assert names(home / "far") == ["1_main.yaml"]


def test_a_missing_folder_is_made(folder, disk):
    (disk / "1_main.yaml").unlink()
    disk.rmdir()

    assert folder.create("2.yaml", "desk__a:\n").name == "2.yaml"


@pytest.mark.parametrize(
    ("name", "enabled"),
    [("_a.yaml", "a.yaml"), ("a__archive.yaml", "a.yaml"), ("a.yaml__archive", "a.yaml")],
)
def test_all_ways_to_archive_one_are_undone(folder, disk, name, enabled):
    (disk / name).write_text("desk__a:\n")
    known = folder.get(enabled)

    assert (known.name, known.archived) == (name, True)
    assert folder.archive(known) == known
    assert folder.restore(known).name == enabled
    assert names(disk) == ["1_main.yaml", enabled]


def test_an_archived_one_is_not_moved_over_another(folder, disk):
    (disk / "_1_main.yaml").write_text("desk__old:\n")
    with pytest.raises(ConflictError, match="there already"):
        folder.archive(folder.get("1_main.yaml"))
    with pytest.raises(ConflictError, match="there already"):
        folder.restore(folder.get("_1_main.yaml"))

    assert names(disk) == ["1_main.yaml", "_1_main.yaml"]


def test_one_that_would_have_no_name_stays(folder, disk):
    (disk / "_").write_text("")
    with pytest.raises(InputError, match="no name"):
        folder.restore(folder.get("_"))


def test_a_deleted_one_is_in_the_trash(folder, disk, home):
    folder.remove(folder.get("1_main.yaml"))

    assert names(disk) == []
    (kept,) = (home / "trash").iterdir()
    assert kept.read_text() == "desk__main:\n\n"


def test_services_that_it_alone_describes_keep_it(folder, disk, catalog):
    (disk / "2.yaml").write_text("desk__two:\n")
    catalog.look_again()
    catalog.execute("desk")
    (disk / "2.yaml").write_text("desk__two:\ndesk__main:\n")

    with pytest.raises(ConflictError, match="1 services that are there: desk!two;"):
        folder.remove(folder.get("2.yaml"))
    folder.remove(folder.get("1_main.yaml"))
    assert names(disk) == ["2.yaml"]


def test_what_stands_in_place_of_the_folder_is_trouble(folder, disk):
    (disk / "1_main.yaml").unlink()
    disk.rmdir()
    disk.touch()

    with pytest.raises(OpsError, match="cannot make blueprints"):
        folder.create("2.yaml", "desk__a:\n")
