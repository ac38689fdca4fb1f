import gevent
import pytest

import builders
from builders import a_repository
from cockpit.errors import InputError, OpsError
from cockpit.robot import BlueprintFiles, Catalog, SoleWriter

ACT = {"actions.py": "def act():\n    pass\n"}


@pytest.fixture
def writer(pipe):
    return SoleWriter(pipe, "rack-test")


@pytest.fixture
def files(pipe, tmp_path, writer):
    repos = tmp_path / "repos"
    a_repository(repos, {"desk": ACT})
    catalog = Catalog(pipe, repos)
    worktrees = builders.worktrees(pipe, catalog, repos, writer=writer)
    return BlueprintFiles(catalog, worktrees.path, tmp_path / "trash", writer=writer)


def test_a_repository_that_is_not_there_has_none(files):
    with pytest.raises(InputError, match="known: desk"):
        files.of("dsk")
    with pytest.raises(InputError, match="known: desk"), files.alone("dsk"):
        pass


def test_one_at_a_time_writes(files, writer):
    with files.alone("desk") as folder:
        assert writer.is_busy("desk")
        with pytest.raises(OpsError, match="being worked on"):
            gevent.spawn(writer.alone("desk", patience_s=0).__enter__).get()
        folder.create("2.yaml", "desk__two:\n")

    assert not writer.is_busy("desk")
    assert [one.name for one in files.of("desk").all()] == ["1_main.yaml", "2.yaml"]
