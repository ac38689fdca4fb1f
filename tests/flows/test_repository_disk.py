"""A repository on a full or read-only disk: it works on, its files wait, and others don't notice."""

import contextlib
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.product import Product, repository, until

DESK = {
    "service.hrd": "events.email = count\n",
    "actions.py": """
def count(service):
    service.hrd.set("seen", service.hrd.get_int("seen", default=0) + 1)
""",
}


@pytest.fixture
def disk(place: Path) -> Iterator[Path]:
    """A file system of 1 MB where one repository is."""
    folder = place / "home" / "repos" / "small"
    folder.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def seen(root: Path) -> int:
    path = root / "services/desk!main/data.json"
    return json.loads(path.read_text()).get("seen", 0) if path.exists() else -1


def status(desk: Product) -> str:
    return str(desk.ask("repo", "status", "small")["mirror"])


def remount(disk: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", disk], check=True)


def test_a_disk_that_cannot_be_written_stops_nothing_but_its_files(
    disk: Path, place: Path, cockpit: Callable[..., Product]
):
    for name in ("small", "large"):
        repository(place / "home", name, {"desk": DESK}, "desk__main:\n")
    large = place / "home/repos/large"
    desk = cockpit().start()
    for name in ("small", "large"):
        desk.ask("blueprint", "execute", "--repo", name)
    until(lambda: seen(disk) == seen(large) == 0)

    with contextlib.suppress(OSError), (disk / "ballast").open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            continue
    (disk / "services/desk!main/data.json").unlink()
    ballast = (disk / "more").open("wb", buffering=0)
    with contextlib.suppress(OSError), ballast:
        while ballast.write(b"x" * 4096):
            continue
    why = desk.settled(desk.mail("on a full disk"))
    assert [job["state"] for job in why["jobs"]] == ["ok", "ok"]
    until(lambda: seen(large) == 1)
    until(lambda: "cannot write services/desk!main/" in status(desk), what="what the disk lacks")
    refused = desk.run("repo", "commit", "small", "-m", "now")
    assert (refused.returncode, "No space left" in refused.stderr) == (1, True)

    (disk / "ballast").unlink()
    (disk / "more").unlink()
    until(lambda: seen(disk) == 1, what="files once there is room")
    assert status(desk) == ""

    remount(disk, "ro")
    why = desk.settled(desk.mail("on a read-only disk"))
    assert [job["state"] for job in why["jobs"]] == ["ok", "ok"]
    until(lambda: "Read-only file system" in status(desk))
    assert desk.ask("service", "show", "desk!main", "--repo", "small")["data"]["seen"] == 2
    remount(disk, "rw")
    until(lambda: seen(disk) == 2, what="files once it may be written")
