import pytest

from cockpit.errors import OpsError
from cockpit.robot.held import Held


def test_what_is_added_is_held_until_it_is_removed(tmp_path):
    held = Held(tmp_path)
    held.add("desk")
    held.add("desk")

    assert Held(tmp_path).names() == {"desk"}
    held.remove("desk")
    held.remove("desk")
    assert held.names() == frozenset()


def test_nothing_is_held_where_nothing_was_ever_held(tmp_path):
    assert Held(tmp_path / "missing").names() == frozenset()


def test_what_cannot_be_written_is_told_by_its_path(tmp_path):
    (tmp_path / ".held").write_text("a file")

    with pytest.raises(OpsError, match=r"\.held"):
        Held(tmp_path).add("desk")
    with pytest.raises(OpsError, match=r"\.held"):
        Held(tmp_path).remove("desk")
