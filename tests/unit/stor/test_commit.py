import gevent
import pytest

from cockpit.stor.commit import Commit
from cockpit.stor.journal import Journal
from cockpit.stor.tree import Tree


@pytest.fixture
def commit(tmp_path):
    tree = Tree(tmp_path)
    return Commit(Journal(tmp_path, tree), tree)


def test_an_object_stands_in_its_place_once_settled(commit, tmp_path):
    commit.put("mail/ab/cd/x", b"hello")
    commit.settle("mail/ab/cd/x")

    assert (tmp_path / "mail/ab/cd/x").read_bytes() == b"hello"


def test_what_was_put_is_in_the_journal_before_put_returns(commit, tmp_path):
    commit.put("mail/ab/cd/x", b"hello")

    (path,) = (tmp_path / "journal").iterdir()
    assert b"hello" in path.read_bytes()


def test_many_at_once_all_arrive(commit, tmp_path):
    names = [f"mail/ab/{n:02}/x" for n in range(60)]
    jobs = [gevent.spawn(commit.put, name, name.encode()) for name in names]
    gevent.joinall(jobs, raise_error=True)
    for name in names:
        commit.settle(name)

    assert [(tmp_path / name).read_text() for name in names] == names


def test_a_journal_that_cannot_be_written_is_the_callers_to_know(commit, tmp_path):
    (tmp_path / "journal").write_text("in the way")

    with pytest.raises(OSError, match="File exists"):
        commit.put("mail/ab/cd/x", b"hello")
