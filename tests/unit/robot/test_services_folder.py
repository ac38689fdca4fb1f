import pytest

from cockpit.errors import OpsError
from cockpit.robot.services_folder import NO_FILE, FolderError, ServicesFolder, digest


@pytest.fixture
def repo(tmp_path):
    path = tmp_path / "desk"
    path.mkdir()
    return path


def test_what_was_written_is_there_with_its_digest(repo):
    folder = ServicesFolder(repo)
    folder.write("os!a/disk!b/data.json", "{}\n")

    assert (repo / "services/os!a/disk!b/data.json").read_text() == "{}\n"
    assert folder.digest("os!a/disk!b/data.json") == digest(b"{}\n")
    assert folder.texts("os!a/disk!b") == {"data.json": "{}\n"}
    assert list(folder.folders()) == ["os!a", "os!a/disk!b"]
    assert [path.name for path in (repo / "services/os!a/disk!b").iterdir()] == ["data.json"]


def test_what_is_not_there_has_no_digest(repo):
    folder = ServicesFolder(repo)

    assert folder.digest("os!a/data.json") == ""
    assert folder.texts("os!a") == {}
    assert list(folder.folders()) == []


def test_folders_go_with_their_last_file_unless_somebody_keeps_something_there(repo):
    folder = ServicesFolder(repo)
    folder.write("os!a/data.json", "")
    folder.write("os!b/data.json", "")
    (repo / "services/os!b/notes.txt").write_text("mine")
    for name in ("os!a", "os!b"):
        folder.remove(f"{name}/data.json")

    assert [path.name for path in (repo / "services").iterdir()] == ["os!b"]
    folder.remove("os!c/data.json")


@pytest.mark.parametrize("link", ["services", "services/os!a", "services/os!a/data.json"])
def test_nothing_is_read_or_written_through_a_link(repo, tmp_path, link):
    outside = tmp_path / "outside"
    (outside / "os!a").mkdir(parents=True)
    (outside / "data.json").write_text("theirs")
    (outside / "os!a" / "data.json").write_text("theirs")
    target = outside / "data.json" if link.endswith("json") else outside
    (repo / link).parent.mkdir(parents=True, exist_ok=True)
    (repo / link).symlink_to(target)
    folder = ServicesFolder(repo)

    if link.endswith("json"):
        assert folder.digest("os!a/data.json") == NO_FILE
        assert folder.texts("os!a") == {}
        with pytest.raises(OpsError, match=r"services/os!a/data\.json is no file"):
            folder.read("os!a")
    else:
        with pytest.raises(OpsError, match="cannot read"):
            folder.digest("os!a/data.json")
        for act in (
            lambda: folder.write("os!a/data.json", "ours"),
            lambda: folder.remove("os!a/x"),
        ):
            with pytest.raises(OpsError, match="cannot"):
                act()
    assert (outside / "data.json").read_text() == "theirs"
    assert (outside / "os!a" / "data.json").read_text() == "theirs"


def test_a_file_in_the_way_of_a_folder_is_told(repo):
    (repo / "services").write_text("")

    with pytest.raises(FolderError, match=r"cannot write services/os!a/data\.json"):
        ServicesFolder(repo).write("os!a/data.json", "")


def test_what_somebody_saved_meanwhile_is_not_overwritten(repo):
    folder = ServicesFolder(repo)
    folder.write("os!a/data.json", "theirs")

    assert not folder.write("os!a/data.json", "ours", over=digest(b"what was there"))
    assert not folder.write("os!a/data.json", "ours")
    assert [path.read_text() for path in (repo / "services/os!a").iterdir()] == ["theirs"]
    assert folder.write("os!a/data.json", "ours", over=digest(b"theirs"))


def test_bytes_that_are_no_text_come_back(repo):
    folder = ServicesFolder(repo)
    folder.write("os!a/instance.hrd", "")
    path = repo / "services/os!a/instance.hrd"
    path.write_bytes(b"# caf\xe9\n")
    text = folder.texts("os!a")["instance.hrd"]
    folder.write("os!a/instance.hrd", f"{text}a = 1\n", over=digest(b"# caf\xe9\n"))

    assert path.read_bytes() == b"# caf\xe9\na = 1\n"


@pytest.mark.parametrize("place", ["os!" + "a" * 300, "/".join(["os!" + "a" * 90] * 60)])
def test_a_path_that_is_too_long_is_told_in_short(repo, place):
    with pytest.raises(
        OpsError, match=r"services/os!a{50,}…a*/data\.json: File name too long"
    ) as it:
        ServicesFolder(repo).write(f"{place}/data.json", "")
    assert not isinstance(it.value, FolderError)
