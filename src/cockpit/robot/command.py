"""Runs a command of this machine for an action: own process group, time-out, captured output."""

import os
import signal
import subprocess
from collections.abc import Sequence
from typing import Any

import gevent
import gevent.subprocess
import msgspec

from cockpit.errors import InputError, OpsError

_KEEP = 64 * 1024
_SHOWN = 500


class Done(msgspec.Struct, frozen=True):
    """A command that ended; of long output the last 64 KiB are kept."""

    code: int
    out: str
    err: str


def execute(
    command: str | Sequence[str],
    *,
    timeout_s: float,
    stdin: str = "",
    die: bool = True,
) -> Done:
    """Run a command and wait for its end; whatever ends the caller ends the command too.

    Args:
        command: A list of words, or a text for the shell.
        die: Whether an exit code that is not 0 raises.

    Raises:
        InputError: There is no such command.
        OpsError: It failed, or took longer; the whole process group is killed then.
    """
    try:
        process = gevent.subprocess.Popen(
            command,
            shell=isinstance(command, str),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except (FileNotFoundError, PermissionError) as error:
        raise InputError(f"{command!r:.200}: {error.strerror}") from error
    try:
        with gevent.Timeout(timeout_s, TimeoutError):
            out, err = process.communicate(stdin.encode())
    except TimeoutError as error:
        raise OpsError(f"{command!r:.200} took longer than {timeout_s:g} s") from error
    finally:
        _end(process)
    done = Done(int(process.returncode or 0), _text(out), _text(err))
    if die and done.code:
        said = (done.err or done.out).strip()[-_SHOWN:]
        raise OpsError(f"{command!r:.200} failed with {done.code}: {said}")
    return done


def _end(process: Any) -> None:
    """Kill what is left of the group: children that the command put into the background too."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def _text(octets: bytes) -> str:
    return octets[-_KEEP:].decode("utf-8", "replace")
