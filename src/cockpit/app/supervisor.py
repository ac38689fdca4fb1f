"""Starts children that run actions, hears their signs of life, renews their leases, buries them.

child writes to its pipe → lease renewed     silence or a plea → process group killed → jobs lost

Silence counts sooner when an attempt is over its time-out: what holds the child's hub holds the
child's own watch over its attempts as well. The child is asked first which attempt that is: it has
failed, while its neighbours are only lost.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Protocol

import gevent
import gevent.os
import msgspec
from gevent.event import Event

from cockpit.app.child import Beat
from cockpit.app.leash import leash
from cockpit.errors import OpsError
from cockpit.robot import Catalog, Inboxes, Losses

_BEAT_S = 1.0
_QUIET_S = 2.0
_GRACE_S = 10.0
_FIRST_S = 0.1
_LONGEST_S = 5.0
_STEADY_S = 10.0


class Child:
    """One process and what it said last."""

    def __init__(
        self, name: str, process: "subprocess.Popen[bytes]", *, handle: int, ear: int
    ) -> None:
        self.name = name
        self.process = process
        self.handle = handle
        self.ear = ear
        self.beat = Beat(0, [])
        self.reason = ""
        self.is_asked = False
        self.culprit = ""


class Supervisor:
    """Keeps `processes` children alive, and one more while a job must run alone.

    Args:
        node: Begins the names of the children; no other living process may use it.
        command: Returns the program and arguments of a child.
        describe: What each robot says of itself beside its beat.
        terms: Gives the line that tells a child its settings, through a pipe: command lines and
            environments are for others to read.
    """

    def __init__(
        self,
        inboxes: Inboxes,
        catalog: Catalog,
        losses: Losses,
        *,
        node: str,
        processes: int,
        stall_s: float,
        command: "Command",
        describe: dict[str, Any],
        terms: Callable[[], bytes],
        logger: Any,
    ) -> None:
        self._inboxes = inboxes
        self._catalog = catalog
        self._losses = losses
        self._node = node
        self._processes = processes
        self._stall_s = stall_s
        self._command = command
        self._describe = describe
        self._terms = terms
        self._logger = logger
        self._children: dict[str, Child] = {}
        self._born = 0
        self._stopping = Event()
        self._greenlets: list[gevent.Greenlet] = []

    def start(self) -> None:
        """Start the children and the loops that watch them."""
        slots = [gevent.spawn(self._slot, str(n)) for n in range(self._processes)]
        self._greenlets = [*slots, gevent.spawn(self._beats), gevent.spawn(self._solo)]

    def stop(self) -> None:
        """Let running attempts end for 10 s, then the children; what is cut short runs again."""
        self._stopping.set()
        for child in list(self._children.values()):
            child.process.terminate()
        gevent.joinall(self._greenlets, timeout=_GRACE_S)
        for child in list(self._children.values()):
            self._kill(child, "the rack stops")
        gevent.joinall(self._greenlets, timeout=5)
        gevent.killall(self._greenlets)

    def tell(self) -> None:
        """Tell all children the settings that hold now."""
        for child in list(self._children.values()):
            # One that is full or gone is stuck or dead, and ends soon.
            with contextlib.suppress(OSError):
                os.write(child.ear, self._terms())

    def _slot(self, slot: str) -> None:
        delay = _FIRST_S
        while not self._stopping.is_set():
            began = time.monotonic()
            self._life(slot)
            delay = _FIRST_S if time.monotonic() - began > _STEADY_S else min(delay * 2, _LONGEST_S)
            self._stopping.wait(delay)

    def _solo(self) -> None:
        """Start a process of its own for each job that was lost twice, one at a time."""
        while not self._stopping.wait(_BEAT_S):
            try:
                waiting = self._inboxes.solo_waiting(self._catalog.repos())
            except OpsError:
                continue
            if waiting:
                self._life("solo")

    def _life(self, slot: str) -> None:
        """Start a child, watch it to its end, and return its jobs."""
        self._born += 1
        solo = slot == "solo"
        # The part before the last dash names its log file, the rest makes it unique.
        name = f"{self._node}-{slot}-{os.getpid()}.{self._born}"
        if not self._announce(name):
            return
        child = self._spawn(name, solo=solo)
        self._children[name] = child
        try:
            self._watch(child)
        finally:
            del self._children[name]
            os.close(child.handle)
            os.close(child.ear)
        self._bury(child, solo=solo)

    def _announce(self, name: str) -> bool:
        """Give a child its lease before it asks for work."""
        try:
            self._inboxes.beat({name: self._description(Beat(0, []))})
        except OpsError:
            return False
        return True

    def _spawn(self, name: str, *, solo: bool) -> Child:
        ours, theirs = os.pipe()
        hears, ear = os.pipe()
        os.set_blocking(ear, False)
        os.write(ear, self._terms())
        try:
            process = subprocess.Popen(
                self._command(name, pipe=theirs, terms=hears, solo=solo),
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs, hears),
                start_new_session=True,
                preexec_fn=leash(signal.SIGKILL),  # noqa: PLW1509 - it calls prctl and nothing else
            )
        finally:
            os.close(theirs)
            os.close(hears)
        self._logger.debug("robot_started", robot=name, pid=process.pid)
        return Child(name, process, handle=ours, ear=ear)

    def _watch(self, child: Child) -> None:
        """Read signs of life until the pipe ends, silence lasts too long, or it asks to die."""
        gevent.os.make_nonblocking(child.handle)
        text, heard = b"", time.monotonic()
        while True:
            part = None
            with gevent.Timeout(min(_QUIET_S, self._stall_s), False):
                part = gevent.os.nb_read(child.handle, 65536)
            if part is None:
                if reason := self._silent(child, time.monotonic() - heard):
                    self._kill(child, reason)
                    break
                continue
            if not part:
                break
            heard = time.monotonic()
            *lines, text = (text + part).split(b"\n")
            for line in lines:
                self._hear(child, msgspec.json.decode(line, type=Beat))
            if child.beat.kill:
                self._kill(child, f"an attempt would not stop: {child.beat.kill}")
                break
        self._end(child)

    def _hear(self, child: Child, beat: Beat) -> None:
        """Keep what a child says; whoever holds it says nothing else of it."""
        child.is_asked = child.is_asked and bool(beat.holder)
        child.beat = (
            msgspec.structs.replace(child.beat, holder=beat.holder) if beat.holder else beat
        )

    def _silent(self, child: Child, seconds: float) -> str:
        """Return why a child must be killed that is silent for so long; "" while it need not."""
        try:
            late = self._losses.overrun(child.name)
        except OpsError:
            late = {}
        if late and not child.is_asked:
            child.is_asked = True
            child.process.send_signal(signal.SIGUSR1)
            return ""
        if child.beat.holder in late:
            child.culprit = child.beat.holder
            return late[child.culprit]
        if seconds >= self._stall_s:
            return f"it was silent for {self._stall_s:g} s: an action holds it"
        return next(iter(late.values()), "")

    def _end(self, child: Child) -> None:
        with gevent.Timeout(_GRACE_S, False):
            child.process.wait()
        # Whatever its actions started belongs to its group.
        self._signal(child, signal.SIGKILL)
        child.process.wait()

    def _bury(self, child: Child, *, solo: bool) -> None:
        code = child.process.returncode
        how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"exited with code {code}"
        reason = f"its process {how}" + (f": {child.reason}" if child.reason else "")
        delay = _FIRST_S
        while True:
            try:
                if solo:
                    lost = self._losses.alone(child.name, reason)
                else:
                    lost = self._losses.shared(child.name, reason, child.culprit)
                break
            except OpsError:
                # Its lease ends by itself if this process ends too.
                if self._stopping.wait(delay):
                    return
                delay = min(delay * 2, _LONGEST_S)
        if code != 0 or lost:
            self._logger.warning("robot_died", robot=child.name, reason=reason, jobs=lost)

    def _kill(self, child: Child, reason: str) -> None:
        child.reason = child.reason or reason
        self._signal(child, signal.SIGKILL)

    def _signal(self, child: Child, number: signal.Signals) -> None:
        try:
            os.killpg(child.process.pid, number)
        except ProcessLookupError:
            return

    def _beats(self) -> None:
        while not self._stopping.wait(_BEAT_S):
            living = {
                child.name: self._description(child.beat) for child in self._children.values()
            }
            if living:
                try:
                    self._inboxes.beat(living)
                except OpsError:
                    continue  # Nobody can take the leases either, until Redis is back.

    def _description(self, beat: Beat) -> bytes:
        return msgspec.json.encode(
            self._describe
            | {"running": beat.running, "repos": beat.repos, "seen": int(time.time())}
        )


class Command(Protocol):
    """How a child is started, by its name and the descriptors of its two pipes."""

    def __call__(self, name: str, *, pipe: int, terms: int, solo: bool) -> list[str]: ...  # noqa: D102


def child_command(home: str) -> Command:
    """Return how a child of this installation is started."""

    def command(name: str, *, pipe: int, terms: int, solo: bool) -> list[str]:
        words = [sys.executable, "-m", "cockpit.app", "child", "--home", home]
        words += ["--name", name, "--pipe", str(pipe), "--terms", str(terms)]
        return [*words, "--solo"] if solo else words

    return command
