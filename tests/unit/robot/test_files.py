"""What is ours of the files of a service, what somebody edited, and what is only in the way."""

import pytest

from cockpit.robot.files import Files, Wanted, differing, write_all
from cockpit.robot.services_folder import FolderError, ServicesFolder, digest

PLACE = "os!a"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "desk").mkdir()
    return ServicesFolder(tmp_path / "desk")


@pytest.fixture
def services(tmp_path):
    return tmp_path / "desk/services"


def wanted(text="1", folder=PLACE):
    return Wanted(folder, lambda _former: {"data.json": text, "service.json": "{}"})


def write(folder, what, known=None):
    ((files, error),) = write_all(folder, [(what, known)])
    assert error is None
    return files


def test_what_is_written_is_remembered_and_what_is_over_is_removed(folder, services):
    made = write(folder, wanted())
    assert made == Files(PLACE, {"data.json": digest(b"1"), "service.json": digest(b"{}")})
    moved = write(folder, wanted(folder="os!b"), made)
    assert (moved.folder, moved.left, (services / PLACE).exists()) == ("os!b", {}, False)

    assert write(folder, None, moved) is None
    assert not services.exists()


def test_an_edited_file_is_kept_in_mind_until_it_is_gone(folder, services):
    made = write(folder, wanted())
    (services / PLACE / "data.json").write_text("theirs")
    moved = write(folder, wanted("2", "os!b"), made)

    assert moved.left == {"os!a/data.json": digest(b"1")}
    assert differing(folder, {"x": moved}) == [("x", "os!a/data.json", digest(b"1"))]
    gone = write(folder, None, moved)
    assert gone == Files("os!b", {}, moved.left)
    (services / PLACE / "data.json").unlink()
    assert write(folder, None, gone) is None


def test_what_was_half_written_is_remembered(folder, services):
    (services / PLACE / "service.json").mkdir(parents=True)
    (services / "os!b").write_text("in the way")
    (bad, error), (worse, other) = write_all(
        folder, [(wanted(), None), (wanted(folder="os!b"), None)]
    )

    assert (bad.files, error) == ({"data.json": digest(b"1"), "service.json": ""}, None)
    assert worse.files == {"data.json": "", "service.json": ""}
    assert "cannot write services/os!b/data.json" in str(other)


def test_a_folder_that_cannot_be_written_stops_all(folder, services):
    services.write_text("in the way")
    ((_, error),) = write_all(folder, [(wanted(), None), (wanted(folder="os!b"), None)])

    assert isinstance(error, FolderError)
