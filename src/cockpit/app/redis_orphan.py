"""Clears what a killed rack left behind: a Redis that still runs on our files, a stale socket.

A process is only ever touched when its command line names our socket as the one it serves: a pid
file may be old and its number someone else's by now.
"""

import os
import select
import signal
import socket
import struct
from pathlib import Path

from cockpit.errors import OpsError

_ASK_S = 1.0
_KILL_S = 10.0


def clear_leftovers(sock: Path, pid_file: Path, *, patience_s: float = 10.0) -> None:
    """End a Redis that serves this socket; remove socket, pid file and half-written rewrites.

    Blocks the greenlet until the process is gone; it gets `patience_s` to end by itself.

    Raises:
        OpsError: Someone else serves the socket, or the process cannot be ended.
    """
    listener = _listener(sock)
    for pid in {_noted_pid(pid_file), listener}:
        if pid is not None and not _end(pid, sock, patience_s) and pid == listener:
            raise OpsError(f"{sock} is served by process {pid}, which is not our Redis")
    try:
        for path in (sock, pid_file, *sock.parent.glob("temp-*")):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OpsError(f"cannot remove {error.filename}: {error.strerror}") from error


def _end(pid: int, sock: Path, patience_s: float) -> bool:
    """End the process if it is ours; tell whether it is gone.

    The handle on the process keeps its number from meaning another one meanwhile.
    """
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    try:
        line = _command_line(pid)
        # Without a command line it is dying already: its memory went first, its socket is next.
        if not line:
            return _ends_within(handle, patience_s)
        return _serves(line, sock) and _end_ours(pid, handle, patience_s)
    finally:
        os.close(handle)


def _end_ours(pid: int, handle: int, patience_s: float) -> bool:
    try:
        # SIGTERM is SHUTDOWN: with save "" nothing is dumped, and the AOF is flushed.
        for number, wait_s in ((signal.SIGTERM, patience_s), (signal.SIGKILL, _KILL_S)):
            signal.pidfd_send_signal(handle, number)
            if _ends_within(handle, wait_s):
                return True
    except ProcessLookupError:
        return True
    except PermissionError as error:
        raise OpsError(f"Redis {pid} of another user serves this home; end it first") from error
    raise OpsError(f"Redis {pid} serves this home and does not end")


def _ends_within(handle: int, wait_s: float) -> bool:
    """Wait on the process: its handle becomes readable when it ends."""
    return bool(select.select([handle], [], [], wait_s)[0])


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _serves(command_line: bytes, sock: Path) -> bool:
    """Tell whether a process was started to serve the socket; redis-cli names it otherwise.

    Redis replaces its arguments by `unixsocket:<path>` once it is up.
    """
    path = os.fsencode(sock)
    return b"unixsocket\0" + path in command_line or b"unixsocket:" + path in command_line


def _noted_pid(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_bytes())
    except (OSError, ValueError):
        return None


def _listener(sock: Path) -> int | None:
    """Return the process that listens on the socket, as the kernel knows it."""
    peer = struct.Struct("3i")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(_ASK_S)
        try:
            client.connect(str(sock))
            found = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, peer.size)
        except OSError:
            return None
    pid: int = peer.unpack(found)[0]
    return pid
