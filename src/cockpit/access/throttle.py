"""Whoever guesses tokens must wait: failures by address, forgotten with time. Pure but its clock.

Of IPv6 the network counts: whoever has one address has 2^64 of them.

SECURITY: a token has 256 bits, so nobody guesses one; what this saves is the work of refusing.
"""

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable

import msgspec

_MOST = 10_000
_MOST_CHARS = 64


class _Failures(msgspec.Struct):
    left: float
    since: float


class Throttle:
    """Counts failures of each address.

    Args:
        burst: How many failures in a row are free.
        per_s: After how many seconds one of them is forgotten.
        clock: Monotonic seconds.
    """

    def __init__(self, *, burst: int, per_s: float, clock: Callable[[], float]) -> None:
        self._burst = burst
        self._per_s = per_s
        self._clock = clock
        self._seen: OrderedDict[str, _Failures] = OrderedDict()

    def wait_s(self, address: str) -> int:
        """Return how long an address must wait before it may try again, in whole seconds."""
        found = self._seen.get(_network(address))
        if found is None:
            return 0
        self._recover(found)
        return math.ceil((1 - found.left) * self._per_s) if found.left < 1 else 0

    def failed(self, address: str) -> None:
        """Note a failure."""
        address = _network(address)
        found = self._seen.setdefault(address, _Failures(self._burst, self._clock()))
        self._recover(found)
        found.left = max(0.0, found.left - 1)
        self._seen.move_to_end(address)
        while len(self._seen) > _MOST:
            self._seen.popitem(last=False)

    def _recover(self, found: _Failures) -> None:
        now = self._clock()
        found.left = min(float(self._burst), found.left + (now - found.since) / self._per_s)
        found.since = now


def _network(address: str) -> str:
    if ":" in address:
        try:
            return str(ipaddress.IPv6Network((address, 64), strict=False))
        except ValueError:
            pass  # A name that only a proxy knows.
    return address[:_MOST_CHARS]
