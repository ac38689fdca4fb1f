import tempfile
from pathlib import Path

import pytest

from JumpScale import j


def test_source_is_where_the_environment_says(monkeypatch):
    monkeypatch.setenv("CODEDIR", "/srv/code")

    assert j.dirs.codeDir == "/srv/code"


def test_source_is_where_ays_8_had_it_when_nobody_says(monkeypatch):
    monkeypatch.delenv("CODEDIR", raising=False)

    assert j.dirs.codeDir == "/opt/code"


def test_home_and_temporary_files_are_the_systems():
    assert j.dirs.homeDir == str(Path.home())
    assert j.dirs.tmpDir == tempfile.gettempdir()


def test_another_folder_is_not_provided():
    with pytest.raises(AttributeError, match=r"j\.dirs\.hrd is not provided by Cockpit"):
        _ = j.dirs.hrd
