"""A child process that runs actions, on a leash: it dies with its supervisor.

It writes a line of JSON to its pipe every second, from its hub: silence means that an action holds
the hub, and the supervisor kills the whole process group. Asked by SIGUSR1, it says before which
action that is: Python runs the handler of a signal inside of what holds the hub.
"""

import contextlib
import os
import resource
import signal
import sys

import gevent
import gevent.os
import msgspec
import structlog

from cockpit.app import hands as parts
from cockpit.app import logs
from cockpit.app.home import Home
from cockpit.app.terms import Terms
from cockpit.bus import Pipe
from cockpit.robot import Worker

_BEAT_S = 1.0
_GRACE_S = 8.0


class Beat(msgspec.Struct, frozen=True):
    """One sign of life.

    Attributes:
        kill: Asks to be killed: the attempts that will not stop.
        holder: The job that holds the hub, when asked.
    """

    running: int
    repos: list[str]
    kill: str = ""
    holder: str = ""


def run(home: Home, terms: Terms, *, name: str, handle: int, solo: bool) -> int:
    """Work until told to stop; returns the exit code.

    Args:
        name: The part before its last dash names the file of its log.
        handle: The pipe's file descriptor.
        solo: Run one job that was lost twice, and end.
    """
    settings = terms.settings()
    outputs = logs.configure(settings.logs, home.log / f"{name.rpartition('-')[0]}.log")
    logger = structlog.get_logger()
    _limit(settings.robot.memory_bytes)
    pipe = Pipe(settings.redis.url)
    found = parts.hands(pipe, home, terms.settings, logger, robot=name)
    worker = parts.worker(
        found, pipe, settings, logger, robot=name, solo="only" if solo else "never"
    )
    gevent.signal_handler(signal.SIGTERM, worker.stop, _GRACE_S)
    gevent.os.make_nonblocking(handle)
    signal.signal(signal.SIGUSR1, lambda *_: _say_holder(worker, handle))
    gevent.spawn(_beats, worker, found, handle)
    gevent.spawn(terms.follow, lambda told: outputs.follow(told.logs))
    worker.run()
    return 0


def _beats(worker: Worker, found: parts.Hands, handle: int) -> None:
    while True:
        stuck = worker.overrun()
        for taken, policy in stuck:
            worker.give_up(taken, policy)
        beat = Beat(
            worker.running,
            found.catalog.repos(),
            kill=", ".join(f"{taken.service} {taken.action}" for taken, _ in stuck),
        )
        try:
            gevent.os.nb_write(handle, msgspec.json.encode(beat) + b"\n")
        except OSError:
            # The supervisor is gone; so are the leases, soon.
            os._exit(1)
        gevent.sleep(_BEAT_S)


def _say_holder(worker: Worker, handle: int) -> None:
    """Write which attempt runs at this very moment, without the hub."""
    if taken := worker.current():
        line = msgspec.json.encode(Beat(worker.running, [], holder=taken.job))
        # An error would be raised inside of the action.
        with contextlib.suppress(OSError):
            os.write(handle, line + b"\n")


def _limit(memory_bytes: int) -> None:
    """Let an action that fills memory fail here, and the kernel pick this process first."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    try:
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123 - no file of ours
            file.write("500")
    except OSError as error:
        print(f"oom_score_adj cannot be set: {error}", file=sys.stderr)  # noqa: T201 - before logging
