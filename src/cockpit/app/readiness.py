"""Tells systemd how far this process is: a service counts as started once its doors are open.

See: sd_notify(3).
"""

import contextlib
import socket
import time

_ABSTRACT = "@"


class Readiness:
    """What systemd hears of this process; without systemd nobody does.

    Args:
        address: The socket, as NOTIFY_SOCKET says; "" is nobody.
    """

    def __init__(self, address: str) -> None:
        self._address = "\0" + address[1:] if address.startswith(_ABSTRACT) else address

    def ready(self, status: str) -> None:
        """Say that it serves, and in a few words where."""
        self._tell("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        """Say that the settings are being read again; `ready` says that they have been."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that it lets running work end and takes nothing new."""
        self._tell("STOPPING=1", "STATUS=stopping")

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        # A manager that does not listen must not keep a cockpit from working.
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.settimeout(1)
            sock.sendto("\n".join(lines).encode(), self._address)
