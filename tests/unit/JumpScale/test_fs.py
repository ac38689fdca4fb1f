import pytest

from JumpScale import j

fs = j.sal.fs


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A folder with files, folders and a link to itself, as the current one."""
    monkeypatch.chdir(tmp_path)
    for name in ("b.yaml", "a.yaml", "c.txt", "d/e.yaml"):
        fs.createDir(fs.getDirName(name) or ".")
        fs.writeFile(name, name)
    fs.symlink(str(tmp_path), "d/loop")
    return tmp_path


def test_text_is_written_and_read_as_it_is(tmp_path):
    path = fs.joinPaths(str(tmp_path), "a")
    fs.writeFile(path, "é\r\n")
    fs.writeFile(path, b"more", append=True)

    assert fs.fileGetContents(path) == fs.readFile(path) == "é\r\nmore"
    assert fs.fileSize(path) == 8


def test_a_file_that_is_not_there_is_named():
    with pytest.raises(j.exceptions.NotFound, match="/no/such: no such file"):
        fs.fileGetContents("/no/such")


def test_what_is_there_is_known():
    assert [fs.exists(name) for name in ("c.txt", "d", "d/loop", "x")] == [True, True, True, False]
    assert [fs.isFile(name) for name in ("c.txt", "d", "d/loop")] == [True, False, False]
    assert [fs.isDir(name) for name in ("c.txt", "d", "d/loop")] == [False, True, True]
    assert [fs.isLink(name) for name in ("c.txt", "d", "d/loop")] == [False, False, True]


def test_a_broken_link_is_there_only_when_not_followed():
    fs.symlink("/no/such", "broken")

    assert not fs.exists("broken")
    assert fs.exists("broken", followlinks=False)


def test_a_link_replaces_one_only_when_told():
    with pytest.raises(FileExistsError):
        fs.symlink("c.txt", "a.yaml")
    fs.symlink("c.txt", "a.yaml", overwriteTarget=True)

    assert fs.fileGetContents("a.yaml") == "c.txt"


def test_parts_of_a_path_are_told():
    assert fs.joinPaths("/a", "b", "c") == "/a/b/c"
    assert fs.getBaseName("/a/b/") == "b"
    assert fs.getDirName("/a/b") == "/a/"
    assert fs.getDirName("/a") == "/"
    assert fs.getParent("/a/b/") == "/a"
    assert fs.getFileExtension("/a.b/c.tar.gz") == "gz"
    assert fs.getFileExtension("/a.b/c") == ""
    assert [fs.isAbsolute(path) for path in ("/a", "a")] == [True, False]


def test_a_folder_is_made_with_those_above_it_and_twice(tmp_path):
    path = str(tmp_path / "a" / "b")
    fs.createDir(path)
    fs.createDir(path)

    assert fs.isEmptyDir(path)


def test_files_of_a_folder_are_listed_in_order(folder):
    assert fs.listFilesInDir("d") == ["d/e.yaml"]
    assert fs.listFilesInDir(str(folder), filter="*.yaml") == [
        f"{folder}/a.yaml",
        f"{folder}/b.yaml",
    ]


def test_a_folder_that_links_to_itself_is_listed_once():
    found = fs.listFilesInDir(".", recursive=True)

    assert found == ["./a.yaml", "./b.yaml", "./c.txt", "./d/e.yaml"]


def test_links_are_left_out_when_not_followed():
    fs.symlink("c.txt", "z.txt")

    assert fs.listFilesInDir(".", filter="*.txt") == ["./c.txt", "./z.txt"]
    assert fs.listFilesInDir(".", filter="*.txt", followSymlinks=False) == ["./c.txt"]


def test_folders_of_a_folder_are_listed_by_path_or_name():
    assert fs.listDirsInDir(".") == ["./d"]
    assert fs.listDirsInDir(".", recursive=True, dirNameOnly=True) == ["d", "loop"]
    assert fs.listDirsInDir("d", findDirectorySymlinks=False) == []


def test_a_file_is_copied_to_a_name_or_into_a_folder(folder):
    fs.chmod("c.txt", 0o640)
    fs.copyFile("c.txt", "new/copy.txt", createDirIfNeeded=True)
    fs.copyFile("c.txt", "d")

    assert fs.fileGetContents("new/copy.txt") == fs.fileGetContents("d/c.txt") == "c.txt"
    assert (folder / "new/copy.txt").stat().st_mode & 0o777 == 0o640


def test_a_copy_replaces_unless_told_otherwise():
    fs.copyFile("c.txt", "a.yaml", overwriteFile=False)
    fs.copyFile("c.txt", "b.yaml")

    assert fs.fileGetContents("a.yaml") == "a.yaml"
    assert fs.fileGetContents("b.yaml") == "c.txt"


def test_a_folder_is_copied_beside_what_is_there_or_instead():
    fs.createDir("to")
    fs.createEmptyFile("to/old")
    fs.copyDirTree("d", "to", keepsymlinks=True)
    beside = fs.exists("to/old")
    fs.copyDirTree("d", "to", keepsymlinks=True, eraseDestination=True)

    assert beside
    assert not fs.exists("to/old")
    assert fs.isLink("to/loop")
    assert fs.fileGetContents("to/e.yaml") == "d/e.yaml"


def test_files_and_folders_are_moved():
    fs.moveFile("c.txt", "z.txt")
    fs.moveDir("d", "y")

    assert not fs.exists("c.txt")
    assert fs.fileGetContents("z.txt") == "c.txt"
    assert fs.exists("y/e.yaml")


def test_removing_what_is_not_there_is_no_error():
    fs.remove("c.txt")
    fs.remove("c.txt")
    fs.removeDirTree("none")

    assert not fs.exists("c.txt")


def test_of_a_linked_folder_only_the_link_is_removed():
    fs.removeDirTree("d/loop")

    assert not fs.exists("d/loop", followlinks=False)
    assert fs.exists("a.yaml")


def test_only_an_empty_folder_is_removed_without_its_tree():
    with pytest.raises(OSError, match="not empty"):
        fs.removeDir("d")
    fs.removeDirTree("d")
    fs.createDir("d")
    fs.removeDir("d")

    assert not fs.exists("d")


def test_a_file_is_made_empty_or_touched():
    fs.createEmptyFile("c.txt")
    fs.touch("a.yaml")
    fs.touch("new")

    assert [fs.fileSize(name) for name in ("c.txt", "a.yaml", "new")] == [0, 6, 0]


def test_the_current_folder_is_told_and_changed(folder):
    assert fs.getcwd() == str(folder)
    assert fs.changeDir("d") == f"{folder}/d"
