"""One of many may act: a name in Redis that its owner renews, and loses when it stops."""

import time
from collections.abc import Callable

import gevent
from gevent.event import Event

from cockpit.bus import keys
from cockpit.bus.pipe import Pipe, Script
from cockpit.errors import OpsError

_TTL_S = 6.0
_RENEW_S = 1.5
_ANSWER_S = 2.0


class Lease:
    """Runs a body in one process at a time.

    Args:
        name: What is leased: `dispatcher`, `bridge`, ….
        owner: Unique to this process; a restart of the same home may break its own leases.
        body: Runs while the lease is held; it is killed when the lease is lost.
        report: Told of a body that raised; the body starts again at the next renewal.
    """

    def __init__(
        self,
        pipe: Pipe,
        *,
        name: str,
        owner: str,
        body: Callable[[], None],
        report: Callable[[BaseException], None],
    ) -> None:
        self._pipe = pipe
        self._key = keys.lease(name)
        self._owner = owner
        self._body = body
        self._report = report
        self._take = Script("cockpit.bus", "lease")
        self._give = Script("cockpit.bus", "release")
        self._stopping = Event()
        self._keeper: gevent.Greenlet | None = None
        self._running: gevent.Greenlet | None = None

    @property
    def is_held(self) -> bool:
        """Whether the body runs here now."""
        return self._running is not None and not self._running.dead

    def start(self) -> None:
        """Begin to strive for the lease."""
        self._keeper = gevent.spawn(self._keep)

    def stop(self) -> None:
        """End the body, then give up the lease."""
        self._stopping.set()
        if self._keeper is not None:
            self._keeper.join()

    def break_if(self, prefix: str) -> None:
        """Free the lease when an owner whose name begins so holds it: it is known to be gone."""
        owner = self._pipe.call("GET", self._key)
        if owner is not None and owner.decode().startswith(prefix):
            self._pipe.run(self._give, (self._key,), (owner,))

    def _keep(self) -> None:
        ends = 0.0
        while not self._stopping.is_set():
            asked = time.monotonic()
            try:
                held = self._renew()
            except OpsError:
                # Redis is away: it is ours as long as Redis would remember it, and may be somebody
                # else's before the next answer could come.
                if time.monotonic() + _RENEW_S + _ANSWER_S >= ends:
                    self._end()
            else:
                ends = asked + _TTL_S
                if not held:
                    self._end()
                elif not self.is_held:
                    self._running = gevent.spawn(self._guarded)
            self._stopping.wait(_RENEW_S)
        self._end()
        try:
            self._pipe.run(self._give, (self._key,), (self._owner,))
        except OpsError:
            return  # It expires by itself.

    def _renew(self) -> bool:
        with gevent.Timeout(_ANSWER_S, OpsError("no answer in time")):
            args = (self._owner, int(_TTL_S * 1000))
            return bool(self._pipe.run(self._take, (self._key,), args))

    def _guarded(self) -> None:
        try:
            self._body()
        except Exception as error:  # noqa: BLE001 - the boundary of this greenlet: told, run again
            self._report(error)

    def _end(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running = None
