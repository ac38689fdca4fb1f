"""Runs a command of this machine for an action: own process group, time-out, captured output."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gevent
import gevent.subprocess
import msgspec

from cockpit.errors import InputError, OpsError

LIMIT = 16 * 2**20
"""How many bytes a command may write to each of its outputs."""

TIMED_OUT = 124
"""The code of a command whose time was over, as `timeout` of coreutils has it."""

_SHOWN = 500
_PIECE = 64 * 1024


class Done(msgspec.Struct, frozen=True):
    """A command that ended, and all that it wrote."""

    code: int
    out: str
    err: str


def execute(
    command: str | Sequence[str],
    *,
    timeout_s: float,
    cwd: Path | None = None,
    stdin: str = "",
    die: bool = True,
) -> Done:
    """Run a command and wait for its end; whatever ends the caller ends the command too.

    Args:
        command: A list of words, or a text for the shell.
        cwd: The directory that it runs in.
        die: Whether an exit code that is not 0 raises; a command whose time is over has 124.

    Raises:
        InputError: There is no such command or directory.
        OpsError: It failed, took longer, or wrote more than 16 MiB; the whole process group is
            killed then. With `die` False only the last of these.
    """
    process = _start(command, cwd)
    out, err = bytearray(), bytearray()
    readers = [
        gevent.spawn(_write, process.stdin, stdin.encode()),
        gevent.spawn(_read, process.stdout, out),
        gevent.spawn(_read, process.stderr, err),
    ]
    is_over = True
    try:
        with gevent.Timeout(timeout_s, False):
            gevent.joinall(readers, raise_error=True)
            process.wait()
            is_over = False
    except BufferError as error:
        raise OpsError(f"{command!r:.200} wrote more than {LIMIT // 2**20} MiB") from error
    finally:
        _end(process)
        gevent.killall(readers)
    code = TIMED_OUT if is_over else int(process.returncode or 0)
    done = Done(code, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))
    if die and done.code:
        how = f"took longer than {timeout_s:g} s" if is_over else f"failed with {done.code}"
        said = (done.err or done.out).strip()[-_SHOWN:]
        raise OpsError(f"{command!r:.200} {how}: {said}".rstrip(": "))
    return done


def _start(command: str | Sequence[str], cwd: Path | None) -> Any:
    try:
        return gevent.subprocess.Popen(
            command,
            shell=isinstance(command, str),
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise InputError(f"{command!r:.200}: {error.strerror}: {error.filename}") from error


def _write(stream: Any, octets: bytes) -> None:
    # A command need not read what it is given.
    with contextlib.suppress(BrokenPipeError), stream:
        stream.write(octets)


def _read(stream: Any, into: bytearray) -> None:
    with stream:
        while piece := stream.read1(_PIECE):
            if len(into) + len(piece) > LIMIT:
                raise BufferError
            into += piece


def _end(process: Any) -> None:
    """Kill what is left of the group: children that the command put into the background too."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
