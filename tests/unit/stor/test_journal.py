import os
import subprocess
import sys

from cockpit.stor.journal import Journal
from cockpit.stor.tree import Tree

NAME = "mail/ab/cd/x"


def a_journal(root):
    journal = Journal(root, Tree(root))
    journal.open()
    return journal


def left_by_a_dead_process(root, *, cut=0):
    """Write a journal in a process that ends without giving anything its place."""
    code = (
        "import sys; from pathlib import Path; from cockpit.stor.journal import Journal;"
        "from cockpit.stor.tree import Tree; root = Path(sys.argv[1]);"
        "j = Journal(root, Tree(root)); j.open(); j.append([(sys.argv[2], b'hello')]); j.sync()"
    )
    subprocess.run([sys.executable, "-c", code, str(root), NAME], check=True)
    (path,) = (root / "journal").iterdir()
    os.truncate(path, path.stat().st_size - cut)


def test_what_a_dead_process_left_is_put_in_its_place(tmp_path):
    left_by_a_dead_process(tmp_path)

    a_journal(tmp_path)

    assert (tmp_path / NAME).read_bytes() == b"hello"
    assert len(list((tmp_path / "journal").iterdir())) == 1


def test_a_broken_file_of_the_same_size_is_replaced(tmp_path):
    left_by_a_dead_process(tmp_path)
    (tmp_path / NAME).parent.mkdir(parents=True)
    (tmp_path / NAME).write_bytes(b"\0\0\0\0\0")

    a_journal(tmp_path)

    assert (tmp_path / NAME).read_bytes() == b"hello"


def test_a_record_that_was_cut_short_is_nothing(tmp_path):
    left_by_a_dead_process(tmp_path, cut=1)

    a_journal(tmp_path)

    assert not (tmp_path / NAME).exists()


def test_the_journal_of_a_living_process_is_left_alone(tmp_path):
    first = a_journal(tmp_path)
    first.append([(NAME, b"hello")])
    first.sync()

    a_journal(tmp_path)

    assert len(list((tmp_path / "journal").iterdir())) == 2
    assert not (tmp_path / NAME).exists()


def test_a_journal_that_begins_anew_is_empty(tmp_path):
    journal = a_journal(tmp_path)
    journal.append([(NAME, b"hello")])
    journal.begin_anew()

    assert journal.size_bytes == 0
    assert [path.stat().st_size for path in (tmp_path / "journal").iterdir()] == [0]
