import pytest

from cockpit.ays.generation import MARK, generation


@pytest.mark.parametrize(
    ("mark", "folders", "wanted"),
    [
        ("", ["servicetemplates"], "8.0"),
        ("\t", ["servicetemplates", "recipes"], "8.0"),
        ("", [], "8.0"),
        ("", ["actorTemplates"], "8.1"),
        ("", ["actortemplates"], "8.1"),
        ("", ["actors"], "8.1"),
        ("", ["servicetemplates", "actorTemplates"], "8.1"),
        (MARK, ["servicetemplates"], "cockpit"),
        ("made by cockpit 1\n", ["actorTemplates"], "cockpit"),
        ("cockpits", ["servicetemplates"], "8.0"),
    ],
)
def test_the_generation_is_read_off_the_marker_and_the_folders(tmp_path, mark, folders, wanted):
    (tmp_path / ".ays").write_text(mark)
    for name in folders:
        (tmp_path / name).mkdir()

    assert generation(tmp_path) == wanted


def test_a_marker_that_is_a_directory_is_an_old_one(tmp_path):
    (tmp_path / ".ays").mkdir()

    assert generation(tmp_path) == "8.0"
