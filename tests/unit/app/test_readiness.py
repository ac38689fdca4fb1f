import os
import socket
import tempfile

import pytest

from cockpit.app.readiness import Readiness


@pytest.fixture(params=["path", "abstract"])
def heard(request):
    """A socket such as systemd's, and the name that a service gets of it."""
    with tempfile.TemporaryDirectory(prefix="ckpt-") as folder:
        name = f"{folder}/notify" if request.param == "path" else f"@{folder}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.bind("\0" + name[1:] if name.startswith("@") else name)
            sock.settimeout(10)
            yield sock, name


def test_each_state_is_one_datagram(heard):
    sock, name = heard
    readiness = Readiness(name)
    readiness.ready("http 127.0.0.1:80")
    readiness.reloading()
    readiness.stopping()

    assert sock.recv(999) == b"READY=1\nSTATUS=http 127.0.0.1:80"
    assert sock.recv(999).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert sock.recv(999).startswith(b"STOPPING=1\n")


@pytest.mark.parametrize("address", ["", f"/nowhere/{os.getpid()}"])
def test_without_systemd_nothing_happens(address):
    assert Readiness(address).ready("here") is None
