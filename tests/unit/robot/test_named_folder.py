import errno
import os

import pytest

from cockpit.errors import InputError, OpsError
from cockpit.robot import NamedFolder


@pytest.fixture
def folder(tmp_path):
    return NamedFolder(tmp_path / "repos", tmp_path / "trash", clock=lambda: 0.0)


def test_a_draft_is_there_whole_or_not_at_all(folder):
    with folder.draft("mine") as draft:
        (draft / "file").write_text("x")
        assert not (folder.root / "mine").exists()
        folder.place(draft)
    with pytest.raises(ValueError, match="half"), folder.draft("half") as draft:
        raise ValueError(draft.name)

    assert [path.name for path in folder.root.glob("[!.]*")] == ["mine"]
    assert (folder.root / "mine/file").read_text() == "x"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".x", "-x", "a b", "x" * 65])
def test_a_name_never_leaves_the_folder(folder, name):
    with pytest.raises(InputError, match="cannot be the name"):
        folder.need_free(name)


def test_a_taken_name_is_refused_a_broken_link_too(folder):
    folder.root.mkdir()
    (folder.root / "mine").symlink_to("nowhere")

    with pytest.raises(InputError, match="mine is there already"):
        folder.need_free("mine")


def test_what_is_discarded_stands_in_the_trash_beside_its_namesakes(folder):
    places = []
    for _ in range(2):
        (folder.root / "mine").mkdir(parents=True)
        places.append(folder.discard("mine"))

    assert len({place.name for place in places}) == 2
    assert all(place.is_dir() for place in places)
    with pytest.raises(OpsError, match="cannot be moved"):
        folder.discard("mine")


@pytest.fixture
def mine(folder):
    place = folder.root / "mine"
    (place / "a").mkdir(parents=True)
    (place / "a/notes").write_text("mine")
    (place / "link").symlink_to("nowhere")
    return place


def refuse(monkeypatch, number, *, unless=""):
    """Let the machine refuse to rename, as a read-only directory or another disk does."""
    real = os.rename

    def rename(source, target):
        if unless and unless in str(target):
            return real(source, target)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "rename", rename)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EXDEV])
def test_what_cannot_be_moved_stays_whole_and_nothing_is_in_the_trash(
    folder, mine, monkeypatch, tmp_path, number
):
    refuse(monkeypatch, number)
    with pytest.raises(OpsError, match="mine cannot be moved"):
        folder.discard("mine")

    assert (mine / "a/notes").read_text() == "mine"
    assert list((tmp_path / "trash").iterdir()) == []


def test_what_moves_to_another_disk_is_there_whole(folder, mine, monkeypatch):
    refuse(monkeypatch, errno.EXDEV, unless=".drafts")
    place = folder.discard("mine")

    assert not mine.exists()
    assert (place / "a/notes").read_text() == "mine"
    assert (place / "link").readlink().name == "nowhere"
    assert list((folder.root / ".drafts").iterdir()) == []


def test_drafts_of_the_dead_are_swept(folder):
    (folder.root / ".drafts/x").mkdir(parents=True)
    folder.sweep()

    assert list(folder.root.iterdir()) == []
