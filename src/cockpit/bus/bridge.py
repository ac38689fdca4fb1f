"""The specification's way in: a plain `PUBLISH ckpt.<type> '{…}'` becomes an entry of the log.

PUBLISH → bridge (its id in the log already? then ours) → Log.append | cockpit:rejected

PUBLISH is at most once: what is published while no bridge listens is lost, so the bridge says when
it listens and when it does not. XADD is the durable plain way.
"""

import contextlib
import re
import time
from collections.abc import Callable
from typing import Any

import gevent
import msgspec
import redis

from cockpit.bus import keys
from cockpit.bus.log import Log, decode_as, split_id
from cockpit.bus.pipe import Pipe, Script, client
from cockpit.bus.rejected import Rejections
from cockpit.errors import InputError, OpsError, QuotaError
from cockpit.events import check

# How Log.append publishes: the id stands first. Whoever writes so by hand is checked all the same.
_OURS = re.compile(rb'\{"id":"([a-z]+)-(\d{1,20})-(\d{1,20})"')
_LARGEST = 2**64 - 1
_BATCH = 200
# What others append meanwhile stands between.
_BETWEEN = 50
_WAIT_S = 5.0
_GATHER_S = 0.003
_GATHER_BUSY_S = 0.02
_BUSY_S = 0.01

_Claim = tuple[str, int, int]  # The channel, and the stream id as its two numbers.


class Bridge:
    """Listens on the five channels and appends what is not in the log yet.

    Args:
        on_listening: Told True once subscribed, False when the connection is gone.
        clock: Epoch seconds.

    Attributes:
        last_receive_epoch: When it took in something published last, in seconds; 0 is never.
    """

    def __init__(
        self,
        pipe: Pipe,
        log: Log,
        rejections: Rejections,
        *,
        on_listening: Callable[[bool], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pipe = pipe
        self._log = log
        self._rejections = rejections
        self._on_listening = on_listening
        self._clock = clock
        self._last = 0.0
        self.last_receive_epoch = 0.0
        self._missing = Script("cockpit.bus", "missing")

    def run(self) -> None:
        """Listen until killed, or until Redis is gone.

        Raises:
            OpsError: Redis is away; the caller starts it again.
        """
        pool = client(self._pipe.url, reply_timeout_s=_WAIT_S).connection_pool
        connection = pool.make_connection()
        try:
            connection.connect()
            connection.send_command("SUBSCRIBE", *keys.TOPICS)
            for _ in keys.TOPICS:
                connection.read_response()
            self._on_listening(True)
            while True:
                self._carry(self._receive(connection))
        except (redis.RedisError, OSError) as error:
            raise OpsError(f"the bridge lost Redis: {error}") from error
        finally:
            self._on_listening(False)
            connection.disconnect()

    def _receive(self, connection: Any) -> list[tuple[str, bytes]]:
        batch: list[tuple[str, bytes]] = []
        if not connection.can_read(timeout=_WAIT_S):
            # A half-open connection looks like silence: ask.
            connection.send_command("PING")
        # One look-up for many: what Cockpit itself appends passes here as well.
        is_busy = time.monotonic() - self._last < _BUSY_S
        gevent.sleep(_GATHER_BUSY_S if is_busy else _GATHER_S)
        while len(batch) < _BATCH:
            reply = connection.read_response()
            if isinstance(reply, list) and reply[0] == b"message":
                batch.append((reply[1].decode(), reply[2]))
            if not connection.can_read(timeout=0):
                break
        self._last = time.monotonic()
        return batch

    def _carry(self, batch: list[tuple[str, bytes]]) -> None:
        for channel, payload in self._strangers(batch):
            self.take(channel, payload)

    def _strangers(self, batch: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        claims = [_claim(channel, payload) for channel, payload in batch]
        known = self._known([claim for claim in claims if claim])
        return [
            message
            for message, claim in zip(batch, claims, strict=True)
            if claim is None or claim not in known
        ]

    def _known(self, claims: list[_Claim]) -> set[_Claim]:
        """Return which entries are in the log."""
        known = set()
        for channel in {channel for channel, _, _ in claims}:
            asked = sorted(claim for claim in set(claims) if claim[0] == channel)
            names = [f"{ms}-{n}" for _, ms, n in asked]
            args = (channel, names[0], names[-1], len(names) + _BETWEEN, *names)
            missing = self._pipe.run(self._missing, (), args)
            known |= {claim for claim, gone in zip(asked, missing, strict=True) if not gone}
        return known

    def take(self, channel: str, payload: bytes) -> None:
        """Append one published payload, or keep it in `cockpit:rejected` with the reason.

        One whose id is in the log already, however it was written, is left alone.
        """
        try:
            event = decode_as(channel.removeprefix("ckpt."), payload)
            check(event)
        except InputError as error:
            self._rejections.add(channel, payload, str(error))
            return
        if event.id.startswith(f"{event.type}-") and self._is_known(channel, event.id):
            return
        meta = {"source": "publish"} | event.meta
        with contextlib.suppress(QuotaError):  # It was counted.
            self._log.append(msgspec.structs.replace(event, meta=meta), publish=False)
        self.last_receive_epoch = self._clock()

    def _is_known(self, channel: str, event_id: str) -> bool:
        try:
            claim = _numbers(channel, *split_id(event_id)[1].split("-"))
        except InputError:
            return False  # A foreign id that only begins like ours.
        return bool(claim and self._known([claim]))


def _claim(channel: str, payload: bytes) -> _Claim | None:
    found = _OURS.match(payload)
    if found is None or f"ckpt.{found[1].decode()}" != channel:
        return None
    return _numbers(channel, found[2], found[3])


def _numbers(channel: str, ms: bytes | str, n: bytes | str) -> _Claim | None:
    claim = (channel, int(ms), int(n))
    # Redis counts in 64 bits: an id that is larger never was in the log.
    return claim if max(claim[1:]) <= _LARGEST else None
