"""Commands of the system, run in a group of their own so that nothing of them stays behind."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from JumpScale import exceptions

_TAIL = 2000
_DRAIN_S = 1.0


class Done(NamedTuple):
    """How a command ended: its exit code and what it wrote."""

    rc: int
    out: str
    err: str


def execute(
    command: str | Sequence[str],
    showout: bool = True,
    outputStderr: bool = True,
    useShell: bool = True,
    log: bool = True,
    cwd: str | None = None,
    timeout: float = 0,
    errors: Sequence[str] = (),
    ok: Sequence[str] = (),
    captureout: bool = True,
    die: bool = True,
    env: Mapping[str, str] | None = None,
    **ignored: Any,
) -> Done:
    """Run a command, wait for it, and return `(rc, out, err)`.

    Args:
        command: A line, or several, for bash; a list runs without a shell.
        showout: Print what it wrote, so that it stands in the job's output.
        cwd: The folder to run in.
        timeout: Kill it after so many seconds; 0 waits as long as it takes.
        errors: Words in the output that make it fail whatever its code.
        ok: Words in the output that make it good whatever its code.
        die: Raise when it failed.
        env: Variables beside those of this process.

    Raises:
        RuntimeError: It failed and `die` is set; `j.exceptions.RuntimeError`, with its last words.
        Timeout: It took too long; `j.exceptions.Timeout`.
        OPERATIONS: It could not be started; `j.exceptions.OPERATIONS`.
    """
    done = _run(command, cwd=cwd, timeout_s=timeout or None, env=env)
    if showout:
        sys.stdout.write(done.out + (done.err if outputStderr else ""))
    if die and _failed(done, errors=errors, ok=ok):
        raise exceptions.RuntimeError(f"{_name(command)}: {_reason(done)}")
    return done


def _run(
    command: str | Sequence[str],
    *,
    cwd: str | None,
    timeout_s: float | None,
    env: Mapping[str, str] | None,
) -> Done:
    try:
        child = subprocess.Popen(
            ["bash", "-c", command] if isinstance(command, str) else list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **env} if env else None,
            start_new_session=True,
        )
    except OSError as e:
        raise exceptions.OPERATIONS(f"{_name(command)}: {e}") from e
    try:
        out, err = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as e:
        raise exceptions.Timeout(f"{_name(command)}: took longer than {timeout_s:g} s") from e
    finally:
        # Also when the action that waits is ended from outside.
        if child.returncode is None:
            _end(child)
    return Done(child.returncode, _text(out), _text(err))


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    # Whoever reads its output must see the end of it: a stream cannot be closed under a reader.
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.communicate(timeout=_DRAIN_S)


def _failed(done: Done, *, errors: Sequence[str], ok: Sequence[str]) -> bool:
    told = done.out + done.err
    if any(word in told for word in ok):
        return False
    return done.rc != 0 or any(word in told for word in errors)


def _reason(done: Done) -> str:
    told = (done.err.strip() or done.out.strip())[-_TAIL:]
    return f"exit code {done.rc}" + (f": {told}" if told else "")


def _name(command: str | Sequence[str]) -> str:
    text = command if isinstance(command, str) else " ".join(command)
    return text.strip().partition("\n")[0][:200]


def _text(octets: bytes) -> str:
    return octets.decode("utf-8", "replace")
