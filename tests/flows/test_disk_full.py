"""Redis dies of a full disk: doors answer "later", and all is well again once there is room."""

import contextlib
import smtplib
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.product import Product, until


@pytest.fixture
def small_disk(place: Path) -> Iterator[Path]:
    """A file system of 3 MB where the home keeps its Redis."""
    folder = place / "home" / "redis"
    folder.mkdir(parents=True, mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def rest_answers(desk: Product) -> int:
    request = urllib.request.Request(
        f"http://{desk.addresses()['http']}/events",
        data=b'{"type": "generic", "tags": ["x"]}',
        headers={
            "Authorization": f"Bearer {(desk.home / 'run/token').read_text()}",
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def smtp_answers(desk: Product) -> int:
    try:
        desk.mail("is there room?")
    except AssertionError as error:
        return 451 if "451" in str(error) or "4.3" in str(error) else 0
    except smtplib.SMTPResponseException as error:
        return error.smtp_code
    return 250


@pytest.mark.timeout(180)
def test_a_full_disk_answers_later_and_recovers_by_itself(
    small_disk: Path, cockpit: Callable[..., Product]
):
    desk = cockpit().start(example="helpdesk")
    first = desk.mail("before")
    desk.settled(first)
    rack = desk.rack.pid if desk.rack else 0
    ballast = small_disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            continue

    until(lambda: smtp_answers(desk) == 451, 60, "451 from the SMTP door")
    assert until(lambda: rest_answers(desk) == 503, 60, "503 from REST")
    assert Path(f"/proc/{rack}").exists()

    ballast.unlink()
    until(lambda: smtp_answers(desk) == 250, 60, "250 again")
    until(lambda: rest_answers(desk) == 201, 60, "201 again")
    why = desk.settled(desk.mail("after"))
    assert [job["state"] for job in why["jobs"]] == ["ok", "waiting"]
    assert desk.ask("event", "show", first)["subject"] == "before"
    assert desk.rack is not None
    assert desk.rack.pid == rack
