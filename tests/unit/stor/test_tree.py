import hashlib
import os
import shutil
from pathlib import Path

import pytest

from cockpit.stor.tree import DRAFTS, Tree


def drafts(root):
    return list((root / DRAFTS).iterdir())


def test_bytes_are_in_their_place(tmp_path):
    tree = Tree(tmp_path / "stor")

    tree.create("mail/ab/cd/x", b"hello")

    assert (tmp_path / "stor/mail/ab/cd/x").read_bytes() == b"hello"


def test_files_are_for_their_owner_only(tmp_path):
    Tree(tmp_path / "stor").create("mail/ab/cd/x", b"hello")

    assert (tmp_path / "stor/mail/ab/cd/x").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "stor").stat().st_mode & 0o777 == 0o700


def test_a_whole_file_is_not_written_again(tmp_path):
    tree = Tree(tmp_path)
    tree.create("mail/ab/cd/x", b"hello")
    before = (tmp_path / "mail/ab/cd/x").stat()

    tree.create("mail/ab/cd/x", b"hello")
    Tree(tmp_path).create("mail/ab/cd/x", b"hello")

    assert (tmp_path / "mail/ab/cd/x").stat().st_ino == before.st_ino


def test_a_broken_file_is_written_again(tmp_path):
    place = tmp_path / "mail/ab/cd/x"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"hel")

    Tree(tmp_path).create("mail/ab/cd/x", b"hello")

    assert place.read_bytes() == b"hello"


def test_every_name_is_synced_before_a_draft_is_kept(tmp_path, monkeypatch):
    root = tmp_path / "stor"
    synced = []
    fsync = os.fsync

    def record(handle):
        synced.append(str(Path(f"/proc/self/fd/{handle}").readlink()).removeprefix(str(tmp_path)))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", record)
    tree = Tree(root)
    draft = tree.draft()
    draft.write(b"hello")
    draft.finish()
    tree.keep(draft, "mail/ab/cd/x")

    assert {"", "/stor", "/stor/mail", "/stor/mail/ab", "/stor/mail/ab/cd"} <= set(synced)
    assert synced[-1] == "/stor/mail/ab/cd"


def test_a_disk_that_fails_ends_a_batch_at_the_object_it_failed_at(tmp_path):
    (tmp_path / "mail/ab/cd/y").mkdir(parents=True)
    items = [(f"mail/ab/cd/{name}", b"hello") for name in "xyz"]

    assert Tree(tmp_path).create_all(items) == ["mail/ab/cd/x"]


def test_a_draft_knows_its_digest_and_size(tmp_path):
    tree = Tree(tmp_path)
    draft = tree.draft()

    draft.write(b"hel")
    draft.write(b"lo")

    assert draft.size_bytes == 5
    assert draft.finish() == hashlib.sha256(b"hello").hexdigest()
    tree.keep(draft, "mail/ab/cd/x")
    assert (tmp_path / "mail/ab/cd/x").read_bytes() == b"hello"
    assert drafts(tmp_path) == []


def test_a_draft_of_what_is_there_already_goes(tmp_path):
    tree = Tree(tmp_path)
    tree.create("mail/ab/cd/x", b"hello")
    draft = tree.draft()
    draft.write(b"hello")
    draft.finish()

    tree.keep(draft, "mail/ab/cd/x")

    assert drafts(tmp_path) == []


def test_a_dropped_draft_leaves_nothing(tmp_path):
    draft = Tree(tmp_path).draft()
    draft.write(b"hello")

    draft.drop()
    draft.drop()

    assert drafts(tmp_path) == []


@pytest.mark.parametrize("way", ["create", "draft"])
def test_a_tree_removed_while_running_is_made_again(tmp_path, way):
    tree = Tree(tmp_path / "stor")
    tree.create("mail/ab/cd/x", b"hello")
    shutil.rmtree(tmp_path / "stor")

    if way == "create":
        tree.create("mail/ab/cd/x", b"hello")
    else:
        draft = tree.draft()
        draft.write(b"hello")
        draft.finish()
        tree.keep(draft, "mail/ab/cd/x")

    assert (tmp_path / "stor/mail/ab/cd/x").read_bytes() == b"hello"


def test_sweep_removes_old_drafts_only(tmp_path):
    tree = Tree(tmp_path)
    old, young = tree.draft(), tree.draft()
    os.utime(old.path, (1000, 1000))
    os.utime(young.path, (1090, 1090))

    removed = tree.sweep(older_than_s=60, now=1100)

    assert removed == 1
    assert [str(path) for path in drafts(tmp_path)] == [young.path]
    old.drop()
    young.drop()


def test_sweep_of_nothing_is_nothing(tmp_path):
    assert Tree(tmp_path / "not-there").sweep(older_than_s=0, now=0) == 0
