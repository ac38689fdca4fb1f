"""A cockpit as a service: what systemd hears of it."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.product import Product, repository

TEMPLATE = {
    "service.hrd": "events.alarm = look\n",
    "actions.py": (
        "import os\n\n\ndef look(event, service):\n    return os.environ.get('NOTIFY_SOCKET', '')\n"
    ),
}


@pytest.fixture
def manager(place: Path) -> Iterator[socket.socket]:
    """What stands for systemd: a socket that hears datagrams."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(place / "notify"))
        sock.settimeout(30)
        yield sock


def test_it_is_ready_once_the_doors_are_open_and_says_when_it_reloads_and_stops(
    cockpit: Callable[..., Product], manager: socket.socket, place: Path
):
    desk = cockpit()
    desk.environ["NOTIFY_SOCKET"] = str(place / "notify")
    repository(desk.home, "desk", {"desk": TEMPLATE}, "desk__main:\n")
    desk.start()

    assert manager.recv(999).decode().splitlines() == [
        "READY=1",
        f"STATUS=http {desk.addresses()['http']}, smtp {desk.addresses()['smtp']}",
    ]
    # Its actions are not the service: what they start cannot speak for it.
    desk.ask("blueprint", "execute", "--repo", "desk")
    event = desk.ask(
        "event", "publish", "-", stdin="type: alarm\nservice: a!b\nmethod: m\nmsg: x\n"
    )["id"]
    assert desk.settled(event)["jobs"][0]["result"] == ""

    (desk.home / "cockpit.toml").write_text("[smtp\n")
    os.kill(int((desk.home / "run" / "rack.pid").read_text()), signal.SIGHUP)
    assert manager.recv(999).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    status = b"READY=1\nSTATUS=settings refused: cockpit.toml:1: not valid TOML"
    assert manager.recv(999).startswith(status)

    assert desk.stop() == 0
    assert manager.recv(999).startswith(b"STOPPING=1\n")
