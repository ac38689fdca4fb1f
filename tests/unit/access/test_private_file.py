import pytest

from cockpit.access.private_file import write_private
from cockpit.errors import OpsError


def test_file_holds_the_data_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "secret"
    path.write_bytes(b"older and longer")
    path.chmod(0o644)

    write_private(path, b"new")

    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_failure_names_the_file_and_leaves_nothing_behind(tmp_path):
    taken = tmp_path / "taken"
    taken.mkdir()

    with pytest.raises(OpsError, match=r"cannot write .*taken"):
        write_private(taken, b"data")

    assert list(tmp_path.iterdir()) == [taken]
