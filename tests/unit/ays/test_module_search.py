import sys

import pytest

from cockpit.ays.module_search import is_found


@pytest.mark.parametrize(
    "name", ["os", "os.path", "sys", "time", "email.mime.text", "JumpScale", "yaml"]
)
def test_what_can_be_imported_is_found(name):
    assert is_found(name)


@pytest.mark.parametrize(
    "name", ["urllib2", "JumpScale.baselib", "email.nothing", "", "a-b", "nothing.at.all"]
)
def test_what_cannot_be_imported_is_not_found(name):
    assert not is_found(name)


def test_nothing_is_imported(tmp_path, monkeypatch):
    package = tmp_path / "explosive"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError")
    (package / "inner.py").write_text("raise RuntimeError")
    monkeypatch.syspath_prepend(tmp_path)

    assert is_found("explosive.inner")
    assert "explosive" not in sys.modules
