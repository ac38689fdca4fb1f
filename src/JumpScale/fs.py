"""`j.sal.fs`: files and folders by AYS 8's names. Paths are text."""

import fnmatch
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from JumpScale.exceptions import NotFound

__all__ = [
    "changeDir",
    "chmod",
    "copyDirTree",
    "copyFile",
    "createDir",
    "createEmptyFile",
    "exists",
    "fileGetContents",
    "fileSize",
    "getBaseName",
    "getDirName",
    "getFileExtension",
    "getParent",
    "getcwd",
    "isAbsolute",
    "isDir",
    "isEmptyDir",
    "isFile",
    "isLink",
    "joinPaths",
    "listDirsInDir",
    "listFilesInDir",
    "moveDir",
    "moveFile",
    "readFile",
    "remove",
    "removeDir",
    "removeDirTree",
    "symlink",
    "touch",
    "writeFile",
]


def exists(path: str, followlinks: bool = True) -> bool:
    """Tell whether something is there; a broken link counts when links are not followed."""
    return os.path.exists(path) if followlinks else os.path.lexists(path)


def isFile(path: str) -> bool:
    """Tell whether it is a file, or a link to one."""
    return Path(path).is_file()


def isDir(path: str) -> bool:
    """Tell whether it is a folder, or a link to one."""
    return Path(path).is_dir()


def isLink(path: str) -> bool:
    """Tell whether it is a symbolic link."""
    return Path(path).is_symlink()


def isAbsolute(path: str) -> bool:
    """Tell whether a path begins at the root."""
    return Path(path).is_absolute()


def isEmptyDir(path: str) -> bool:
    """Tell whether a folder holds nothing."""
    return not os.listdir(path)


def fileSize(path: str) -> int:
    """Return the size of a file in bytes."""
    return Path(path).stat().st_size


def joinPaths(path: str, *parts: str) -> str:
    """Return the parts as one path."""
    return os.path.join(path, *parts)


def getBaseName(path: str) -> str:
    """Return the last part of a path."""
    return os.path.basename(path.rstrip(os.sep))


def getDirName(path: str) -> str:
    """Return a path without its last part, with a slash at its end."""
    head = os.path.dirname(path)
    return head if head in {"", os.sep} else head + os.sep


def getParent(path: str) -> str:
    """Return the folder that a file or folder is in."""
    return os.path.dirname(path.rstrip(os.sep))


def getFileExtension(path: str) -> str:
    """Return what follows the last dot of a file's name, without the dot."""
    return os.path.splitext(path)[1].removeprefix(".")


def getcwd() -> str:
    """Return the folder of this process."""
    return str(Path.cwd())


def changeDir(path: str) -> str:
    """Make a folder that of this whole process and return it."""
    os.chdir(path)
    return getcwd()


def createDir(newdir: str) -> None:
    """Make a folder and those above it; nothing happens when it is there."""
    Path(newdir).mkdir(parents=True, exist_ok=True)


def createEmptyFile(filename: str) -> None:
    """Make an empty file; one that is there is emptied."""
    Path(filename).write_bytes(b"")


def touch(path: str) -> None:
    """Make a file when there is none, else its time is now."""
    Path(path).touch()


def chmod(path: str, permissions: int) -> None:
    """Set the mode of a file or folder, such as `0o644`."""
    Path(path).chmod(permissions)


def symlink(path: str, target: str, overwriteTarget: bool = False) -> None:
    """Make `target` a link to `path`.

    Args:
        overwriteTarget: Replace a file or link that is there.
    """
    if overwriteTarget and exists(target, followlinks=False):
        os.unlink(target)
    os.symlink(path, target)


def writeFile(filename: str, contents: str | bytes, append: bool = False) -> None:
    """Write a file; text as UTF-8, line ends as they are."""
    octets = contents.encode() if isinstance(contents, str) else contents
    with open(filename, "ab" if append else "wb") as file:
        file.write(octets)


def fileGetContents(filename: str) -> str:
    """Return the text of a file, read as UTF-8.

    Raises:
        NotFound: There is no such file; `j.exceptions.NotFound`.
    """
    try:
        return Path(filename).read_bytes().decode()
    except FileNotFoundError as e:
        raise NotFound(f"{filename}: no such file") from e


readFile = fileGetContents


def copyFile(
    fileFrom: str, to: str, createDirIfNeeded: bool = False, overwriteFile: bool = True
) -> None:
    """Copy a file to a file or into a folder, with its mode.

    Args:
        createDirIfNeeded: Make the folder that it goes to.
        overwriteFile: Replace a file that is there; else nothing happens.
    """
    if createDirIfNeeded:
        createDir(os.path.dirname(to) or ".")
    aim = joinPaths(to, getBaseName(fileFrom)) if isDir(to) else to
    if overwriteFile or not exists(aim):
        shutil.copy(fileFrom, aim)


def copyDirTree(
    src: str, dst: str, keepsymlinks: bool = False, eraseDestination: bool = False
) -> None:
    """Copy a folder and all below it into `dst`, beside what is there.

    Args:
        keepsymlinks: Copy links as links, not what they point to.
        eraseDestination: Remove `dst` first.
    """
    if eraseDestination:
        removeDirTree(dst)
    shutil.copytree(src, dst, symlinks=keepsymlinks, dirs_exist_ok=True)


def moveFile(source: str, destin: str) -> None:
    """Move a file or a folder."""
    shutil.move(source, destin)


moveDir = moveFile


def remove(path: str) -> None:
    """Remove a file or a link; nothing happens when there is none."""
    Path(path.rstrip(os.sep)).unlink(missing_ok=True)


def removeDir(path: str) -> None:
    """Remove an empty folder."""
    Path(path).rmdir()


def removeDirTree(path: str) -> None:
    """Remove a folder and all below it; of a link only the link, of nothing nothing."""
    if isLink(path):
        remove(path)
    elif exists(path):
        shutil.rmtree(path)


def listFilesInDir(
    path: str, recursive: bool = False, filter: str | None = None, followSymlinks: bool = True
) -> list[str]:
    """Return the paths of the files in a folder, sorted.

    Args:
        filter: A pattern of names such as `*.yaml`.
        followSymlinks: Count links to files, and look into linked folders.
    """
    found = _below(path, recursive=recursive, followSymlinks=followSymlinks, folders=False)
    return [one for one in found if filter is None or fnmatch.fnmatch(getBaseName(one), filter)]


def listDirsInDir(
    path: str,
    recursive: bool = False,
    dirNameOnly: bool = False,
    findDirectorySymlinks: bool = True,
) -> list[str]:
    """Return the paths of the folders in a folder, sorted.

    Args:
        dirNameOnly: Return their names instead.
        findDirectorySymlinks: Count links to folders.
    """
    found = _below(path, recursive=recursive, followSymlinks=findDirectorySymlinks, folders=True)
    return [getBaseName(one) if dirNameOnly else one for one in found]


def _below(path: str, *, recursive: bool, followSymlinks: bool, folders: bool) -> Iterator[str]:
    # A linked folder may hold itself: each real one is entered once.
    seen: set[str] = set()
    for place, inner, files in os.walk(path, followlinks=followSymlinks):
        names = sorted(inner if folders else files)
        for name in names:
            found = joinPaths(place, name)
            if followSymlinks or not isLink(found):
                yield found
        seen.add(os.path.realpath(place))
        inner[:] = sorted(
            one
            for one in inner
            if recursive and os.path.realpath(joinPaths(place, one)) not in seen
        )
