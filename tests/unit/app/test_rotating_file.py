import pytest

from cockpit.app.rotating_file import RotatingFile


def names(tmp_path):
    return sorted(path.name for path in tmp_path.iterdir())


def test_full_file_is_put_aside_and_the_oldest_goes(tmp_path):
    path = tmp_path / "cockpit.log"
    file = RotatingFile(path, limit_bytes=8, files=2)
    for line in ("one", "two", "three", "four", "five"):
        file.write(line)
    file.close()

    assert names(tmp_path) == ["cockpit.log", "cockpit.log.1", "cockpit.log.2"]
    assert path.read_text() == "five\n"
    assert (tmp_path / "cockpit.log.1").read_text() == "four\n"
    assert (tmp_path / "cockpit.log.2").read_text() == "three\n"


def test_line_longer_than_the_limit_is_written_whole(tmp_path):
    file = RotatingFile(tmp_path / "x.log", limit_bytes=4, files=1)
    file.write("long line")
    file.close()

    assert (tmp_path / "x.log").read_text() == "long line\n"


def test_reopened_file_goes_on_counting(tmp_path):
    path = tmp_path / "x.log"
    path.write_text("1234567\n")
    file = RotatingFile(path, limit_bytes=10, files=1)
    file.write("next")
    file.close()

    assert path.read_text() == "next\n"


def test_file_taken_away_by_someone_is_made_anew_when_full(tmp_path):
    path = tmp_path / "x.log"
    file = RotatingFile(path, limit_bytes=4, files=1)
    file.write("one")
    path.unlink()
    file.write("two")
    file.close()

    assert path.read_text() == "two\n"


def test_other_limits_hold_from_the_next_line_on(tmp_path):
    file = RotatingFile(tmp_path / "x.log", limit_bytes=4, files=3)
    for line in ("one", "two", "three", "four"):
        file.write(line)
    file.bound(limit_bytes=10, files=1)
    file.write("five")
    file.write("six")
    file.close()

    assert names(tmp_path) == ["x.log", "x.log.1"]
    assert (tmp_path / "x.log").read_text() == "six\n"
    assert (tmp_path / "x.log.1").read_text() == "four\nfive\n"


def test_file_that_cannot_be_made_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        RotatingFile(tmp_path / "none" / "x.log", limit_bytes=4, files=1)
